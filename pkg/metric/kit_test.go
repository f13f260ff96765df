package metric_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// tb is what a test and a property test have in common.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

const tenant = "default"

// layoutOf is a company in UTC that reports in EUR, with three open stages, of which the last has no
// probability.
func layoutOf(declared ...[]ledger.Dim) *metric.Layout {
	return layoutFrom(time.January, declared...)
}

func layoutFrom(fiscal time.Month, declared ...[]ledger.Dim) *metric.Layout {
	stages := []ledger.Stage{
		{ID: "qualify", Probability: ledger.Scale / 10, HasProbability: true},
		{ID: "propose", Probability: ledger.Scale / 2, HasProbability: true},
		{ID: "commit"},
		{ID: "signed", Category: ledger.CategoryWon},
		{ID: "dropped", Category: ledger.CategoryLost},
	}
	return metric.NewLayout(ledger.NewDefinition(calendar.New(time.UTC, fiscal), "EUR", stages), declared)
}

// company is the state of one tenant in memory.
type company struct {
	t      tb
	layout *metric.Layout
	rows   audit.Rows
}

// tell folds events through the machine and holds the cells against a plain recomputation. Each line is
// one event: its time (a day means noon UTC), type, subject, then fields, and @day for when it was
// recorded where that is not at once. A field's value null clears it.
func tell(t tb, layout *metric.Layout, script string) *company {
	t.Helper()
	var recs []event.Record
	for line := range strings.Lines(script) {
		if line = strings.TrimSpace(line); line != "" {
			recs = append(recs, recordOf(t, line, len(recs)))
		}
	}
	c := &company{t, layout, audit.Rows{}}
	c.fold(recs)
	plain := audit.New(map[string]*metric.Layout{tenant: layout})
	for _, rec := range recs {
		plain.Add(rec)
	}
	want, err := plain.Cells()
	if err != nil {
		t.Fatalf("recomputation: %v", err)
	}
	cells := audit.Rows{}
	for key, fields := range c.rows {
		if strings.HasPrefix(key, "c:") || strings.HasPrefix(key, "l:") {
			cells[key] = fields
		}
	}
	if _, differences := audit.Compare(want, cells); len(differences) > 0 {
		t.Fatalf("streamed is not recomputed: %v", differences)
	}
	return c
}

func recordOf(t tb, line string, n int) event.Record {
	t.Helper()
	words := strings.Fields(line)
	e := event.Event{ID: fmt.Sprintf("e%03d", n), Source: "/test", Type: "dev.weir." + words[1], Subject: words[2]}
	e.Time = instant(t, words[0])
	e.RecordedTime = e.Time
	data := map[string]any{}
	for _, word := range words[3:] {
		if day, ok := strings.CutPrefix(word, "@"); ok {
			e.RecordedTime = instant(t, day)
			continue
		}
		name, value, _ := strings.Cut(word, "=")
		say(data, name, value)
		engage(data, name, value)
	}
	var err error
	if e.Data, err = json.Marshal(data); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	arrival := instant(t, "2027-06-30")
	if _, err := e.Validate(arrival, "EUR"); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	rec := e.ToRecord(tenant)
	rec.Offset, rec.Time = int64(n), arrival
	return rec
}

// say sets a field of an event's data: null clears it, features are a list with commas, counts are numbers, and
// what a provider says of an account is written as fields.name=value.
func say(data map[string]any, name, value string) {
	n, err := strconv.Atoi(value)
	of, field, nested := strings.Cut(name, ".")
	switch {
	case nested:
		if data[of] == nil {
			data[of] = map[string]any{}
		}
		say(data[of].(map[string]any), field, value)
	case value == "null":
		data[name] = nil
	case name == "features":
		data[name] = strings.FieldsFunc(value, comma)
	case err == nil && slices.Contains([]string{"term_months", "interval_count", "seats", "score"}, name):
		data[name] = n
	default:
		data[name] = value
	}
}

func instant(t tb, s string) int64 {
	t.Helper()
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(form, s); err == nil {
			return at.UnixMilli()
		}
	}
	return int64(day(t, s))*86_400_000 + 43_200_000
}

func day(t tb, s string) event.Day {
	t.Helper()
	d, err := event.ParseDay(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

// fold runs records through a machine, one commit each.
func (c *company) fold(recs []event.Record) {
	c.t.Helper()
	m := aggregate.New(map[string]*metric.Layout{tenant: c.layout}, aggregate.Options{})
	give := func(missing []state.Ref) {
		values := make([][]byte, len(missing))
		for i, r := range missing {
			values[i] = c.rows[r.Key][r.Field]
		}
		if err := m.Give(values); err != nil {
			c.t.Fatalf("give: %v", err)
		}
	}
	for i := range recs {
		give(m.Begin(recs[i : i+1]))
		for p := m.Apply(1); p.Applied == 0 || len(p.Refused) > 0; p = m.Apply(1) {
			if len(p.Refused) > 0 {
				c.t.Fatalf("refused: %v", p.Refused[0].Err)
			}
			give(p.Missing)
		}
		changes, missing, err := m.Changes()
		for ; err == nil && len(missing) > 0; changes, missing, err = m.Changes() {
			give(missing)
		}
		if err != nil {
			c.t.Fatalf("changes: %v", err)
		}
		for _, change := range changes {
			if c.rows[change.Key] == nil {
				c.rows[change.Key] = map[string][]byte{}
			}
			if change.Value == nil {
				delete(c.rows[change.Key], change.Field)
			} else {
				c.rows[change.Key][change.Field] = bytes.Clone(change.Value)
			}
		}
		m.Settle(true)
	}
}

func (c *company) read(reads []state.Read) [][]state.Row {
	out := make([][]state.Row, len(reads))
	for i, r := range reads {
		for _, field := range slices.Sorted(maps.Keys(c.rows[r.Key])) {
			out[i] = append(out[i], state.Row{Field: field, Value: c.rows[r.Key][field]})
		}
	}
	return out
}

// request reads a question such as "window=2026-Q1 as_of=2026-03-31 by=owner": as the query endpoint
// does, as_of is the day known where it is absent, and a stock stands on as_of.
func (c *company) request(text string) (req metric.Request, sample int) {
	c.t.Helper()
	p := map[string]string{"window": "30d", "currency": "EUR", "sample": "1", "within": "0"}
	for _, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(word, "=")
		p[name] = value
	}
	if p["known"] != "" {
		req.Known = day(c.t, p["known"])
		req.AsOf = req.Known
	}
	if p["as_of"] != "" {
		req.AsOf = day(c.t, p["as_of"])
	}
	w, err := c.layout.Def.Calendar.Window(p["window"], req.AsOf)
	if err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	req.Window, req.Stand, req.Currency, req.Strict = w.Span, req.AsOf, p["currency"], p["skip"] == "strict"
	if p["stand"] != "" {
		req.Stand = day(c.t, p["stand"])
	}
	req.Mode = p["mode"]
	req.Within, _ = strconv.Atoi(p["within"])
	if p["margin"] != "" {
		req.Margin, _ = new(big.Rat).SetString(p["margin"])
	}
	sample, _ = strconv.Atoi(p["sample"])
	if p["step"] != "" {
		if req.Steps, err = c.layout.Def.Calendar.Steps(req.Window, p["step"]); err != nil {
			c.t.Fatalf("%s: %v", text, err)
		}
	}
	if p["against"] != "" {
		against, err := c.layout.Def.Calendar.Window(p["against"], req.AsOf)
		if err != nil {
			c.t.Fatalf("%s: %v", text, err)
		}
		req.Against = &against.Span
	}
	if p["margin"] != "" {
		req.Margin, _ = new(big.Rat).SetString(p["margin"])
	}
	for name := range strings.FieldsFuncSeq(p["by"], comma) {
		req.By = append(req.By, dim(c.t, name))
	}
	for part := range strings.FieldsFuncSeq(p["where"], comma) {
		name, value, _ := strings.Cut(part, ":")
		req.Where = append(req.Where, metric.Filter{Dim: dim(c.t, name), Value: value})
	}
	return req, sample
}

func comma(r rune) bool { return r == ',' }

func dim(t tb, name string) ledger.Dim {
	d, ok := ledger.DimOf(name)
	if !ok {
		t.Fatalf("%q is no dimension", name)
	}
	return d
}

// answer is the values and the series of a question: the metric's id and what is asked of it.
func (c *company) answer(text string) ([]metric.Value, []metric.Step, error) {
	id, rest, _ := strings.Cut(text, " ")
	req, sample := c.request(rest)
	q, err := metric.Ask(metric.Find(id), c.layout, req)
	if err != nil {
		return nil, nil, err
	}
	return q.Answer(c.read(q.Reads(tenant)), sample)
}

// ask is the answer to a question in one line.
func (c *company) ask(text string) string {
	c.t.Helper()
	values, series, err := c.answer(text)
	if err != nil {
		return err.Error()
	}
	if len(series) == 0 {
		return line(c.t, values)
	}
	var steps []string
	for _, s := range series {
		steps = append(steps, s.From+": "+line(c.t, s.Values))
	}
	return strings.Join(steps, "; ")
}
