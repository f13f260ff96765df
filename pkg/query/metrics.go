package query

import (
	"fmt"
	"net/http"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
)

// entry is a metric as the catalogue shows it.
type entry struct {
	ID         string           `json:"id"`
	Version    int              `json:"version"`
	Sentence   string           `json:"sentence"`
	Formula    string           `json:"formula"`
	Source     string           `json:"source"`
	Unit       metric.Unit      `json:"unit"`
	Kind       metric.Kind      `json:"kind"`
	Direction  metric.Direction `json:"direction"`
	Dimensions []string         `json:"dimensions"` // by which it can be split alone
	Windows    []string         `json:"windows"`
	Siblings   []string         `json:"siblings"`
	Ambiguity  string           `json:"ambiguity"` // what the name leaves open; empty where nothing
}

// windows are the forms of windows that metrics take, and standard those of them that are a month, a quarter or a
// year.
var windows = []string{
	"1d", "7d", "14d", "28d", "30d", "42d", "90d", "180d", "365d", "wtd", "mtd", "qtd", "ytd",
	"YYYY-MM-DD", "YYYY-Www", "YYYY-MM", "YYYY-Qn", "YYYY", "FYYYYY", "FYYYYY-Qn", "YYYY-MM-DD..YYYY-MM-DD",
}

var standard = []string{"YYYY-MM", "YYYY-Qn", "YYYY", "FYYYYY", "FYYYYY-Qn"}

// catalogue answers GET /v1/metrics.
func (s *service) catalogue(*http.Request, *company, params) (any, error) {
	return map[string]any{"metrics": entries()}, nil
}

// entries is the catalogue as it is shown, here and in docs/metrics.md.
func entries() []entry {
	list := make([]entry, len(metric.Catalogue))
	for i, m := range metric.Catalogue {
		takes := windows
		if m.Standard {
			takes = standard
		}
		list[i] = entry{
			ID: m.ID, Version: m.Version, Sentence: m.Sentence, Formula: m.Formula, Source: m.Source, Unit: m.Unit, Kind: m.Kind,
			Direction: m.Direction, Dimensions: append([]string{}, m.Dimensions()...), Windows: takes, Siblings: append([]string{}, m.Siblings...), Ambiguity: m.Ambiguity,
		}
	}
	return list
}

// span is a range of days in an answer, half-open.
type span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func spanOf(s calendar.Span) span { return span{s.From.String(), s.To.String()} }

// metricAnswer is the answer of GET /v1/metrics/{id}.
type metricAnswer struct {
	Metric   string         `json:"metric"`
	Version  int            `json:"version"`
	Unit     metric.Unit    `json:"unit"`
	Currency string         `json:"currency,omitempty"` // of what is money in it
	Window   span           `json:"window"`
	Against  *span          `json:"against,omitempty"` // of what compares two periods
	AsOf     string         `json:"as_of"`
	Known    string         `json:"known"`
	Values   []metric.Value `json:"values"`
	Series   []metric.Step  `json:"series,omitzero"` // of a question with a step; empty where none had begun by as_of
	standing
}

// metric answers GET /v1/metrics/{id}.
func (s *service) metric(r *http.Request, c *company, p params) (any, error) {
	m := metric.Find(r.PathValue("id"))
	if m == nil {
		return nil, notFound(fmt.Sprintf("there is no metric %.60q; GET /v1/metrics lists them", r.PathValue("id")))
	}
	req, known, err := s.request(c, p, m)
	if err != nil {
		return nil, err
	}
	q, err := metric.Ask(m, c.layout, req)
	if err != nil {
		return nil, err
	}
	st, rows, err := s.cut(r.Context(), c, p, q.Reads(c.name))
	if err != nil {
		return nil, err
	}
	answer := metricAnswer{
		Metric: m.ID, Version: m.Version, Unit: m.Unit, Window: spanOf(q.Window()), AsOf: req.AsOf.String(), Known: known.String(), standing: st,
	}
	if m.Kind == metric.Stock {
		answer.AsOf = req.Stand.String()
	}
	if against, ok := q.Against(); ok {
		other := spanOf(against)
		answer.Against = &other
	}
	if q.Money() {
		answer.Currency = req.Currency
	}
	answer.Values, answer.Series, err = q.Answer(rows, c.MinimumSample)
	if answer.Series == nil && p.has("step") {
		answer.Series = []metric.Step{}
	}
	return answer, err
}

// request reads what is asked of a metric. known is the day up to which the answer knows: that asked
// for, else today.
func (s *service) request(c *company, p params, m *metric.Metric) (req metric.Request, known event.Day, err error) {
	if req, known, err = s.days(c, p, "30d"); err != nil {
		return req, known, err
	}
	if p.has("step") {
		if req.Steps, err = c.layout.Def.Calendar.Steps(req.Window, p.get("step")); err != nil {
			return req, known, err
		}
	}
	within, err := p.choice("within", "", "30d", "60d", "90d", "180d")
	if err != nil {
		return req, known, err
	}
	if within != "" {
		_, err = fmt.Sscanf(within, "%dd", &req.Within)
	}
	if err != nil {
		return req, known, err
	}
	skip, err := p.choice("skip", "passed", "strict")
	if err != nil {
		return req, known, err
	}
	if p.has("skip") && m.Strict == 0 {
		return req, known, unanswerable("option", "skip", "skip is for conversions between stages, and "+m.ID+" is none")
	}
	req.Strict = skip == "strict"
	if req.Mode, err = p.choice("mode", "", "at_least", "exactly", "first_30d"); err != nil {
		return req, known, err
	}
	if p.has("against") {
		against, err := c.layout.Def.Calendar.Window(p.get("against"), req.AsOf)
		if err != nil {
			return req, known, badParameter("against", err.Error())
		}
		req.Against = &against.Span
	}
	return req, known, s.common(c, p, &req)
}

// longest is the days of the longest window, a hundred years: a cohort's cells are read month by month.
const longest = 36_525

// days reads the window and the days of a request: as_of is today where it is absent, or the day known
// where that is given; a stock stands on it, or at the end of a window that was asked for without it.
func (s *service) days(c *company, p params, window string) (req metric.Request, known event.Day, err error) {
	cal := c.layout.Def.Calendar
	today := cal.Day(s.Now().UnixMilli())
	if req.Known, err = p.day("known", 0); err != nil {
		return req, known, err
	}
	otherwise := today
	if p.has("known") {
		otherwise = req.Known
	}
	if req.AsOf, err = p.day("as_of", otherwise); err != nil {
		return req, known, err
	}
	if p.has("window") {
		window = p.get("window")
	}
	w, err := cal.Window(window, req.AsOf)
	if err != nil {
		return req, known, err
	}
	if min(w.To, req.AsOf+1)-w.From > longest {
		return req, known, unanswerable("window", "window", fmt.Sprintf("a window up to as_of may have %d days", longest))
	}
	req.Window, req.Stand = w.Span, req.AsOf
	if p.has("window") && !p.has("as_of") {
		req.Stand = min(req.AsOf, w.To-1)
	}
	if known = req.Known; !p.has("known") {
		known = max(today, req.AsOf)
	}
	return req, known, nil
}

// common reads what metrics and the pipeline flow are both asked with.
func (s *service) common(c *company, p params, req *metric.Request) (err error) {
	if req.By, err = p.by(); err != nil {
		return err
	}
	if req.Where, err = p.where(); err != nil {
		return err
	}
	req.Margin = c.Margin()
	req.Currency, err = p.currency(c.Currency)
	return err
}

// flowAnswer is the answer of GET /v1/pipeline/flow.
type flowAnswer struct {
	Window   span               `json:"window"`
	Unit     metric.Unit        `json:"unit"`
	Currency string             `json:"currency"`
	AsOf     string             `json:"as_of"`
	Known    string             `json:"known"`
	Values   []metric.FlowValue `json:"values"`
	standing
}

// flow answers GET /v1/pipeline/flow.
func (s *service) flow(r *http.Request, c *company, p params) (any, error) {
	if !p.has("window") {
		return nil, badParameter("window", "window is missing; want a fiscal month, quarter or year such as 2026-Q1")
	}
	req, known, err := s.days(c, p, "")
	if err == nil {
		err = s.common(c, p, &req)
	}
	if err != nil {
		return nil, err
	}
	q, err := metric.AskFlow(c.layout, req)
	if err != nil {
		return nil, err
	}
	st, rows, err := s.cut(r.Context(), c, p, q.Reads(c.name))
	if err != nil {
		return nil, err
	}
	values, err := q.Answer(rows)
	return flowAnswer{
		Window: spanOf(req.Window), Unit: metric.Money, Currency: req.Currency,
		AsOf: req.AsOf.String(), Known: known.String(), Values: values, standing: st,
	}, err
}
