package publish

import (
	"bytes"
	"encoding/json"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// reach is for how many months before it became known a change to what stands corrects the ends of months and
// quarters.
const reach = 120

// period is a month or quarter of a series that was over when something about it became known.
type period struct {
	series
	name     string // such as 2026-Q1
	span     calendar.Span
	known    event.Day // the earliest
	cause    Cause     // the last
	old, now *metric.Question
	rows     []int
}

// correct plans the corrections that late marks ask for.
func (p *part) correct(marks []mark) {
	for _, s := range p.tenant.periods {
		found := map[string]*period{}
		for _, m := range marks {
			if m.late && slices.Contains(s.groups, m.group) {
				p.closed(s, m, found)
			}
		}
		order := make([]*period, 0, len(found))
		for _, c := range found {
			order = append(order, c)
		}
		slices.SortFunc(order, func(a, b *period) int {
			return int(a.span.From-b.span.From)*2 + a.span.Days() - b.span.Days()
		})
		for _, c := range order {
			if c.ask(p) {
				p.periods = append(p.periods, *c)
			}
		}
	}
}

// closed adds the months and quarters of the tenant's calendar that a mark concerns and that were over when it
// became known: those of its month; where cells are changes to what stands, all from there on.
func (p *part) closed(s series, m mark, found map[string]*period) {
	cal := p.tenant.Layout.Def.Calendar
	first, last := m.month, m.month
	if stock(m.group) {
		last = calendar.MonthOf(m.known) - 1
		first = max(first, last-reach+1)
	}
	for month := first; month <= last; month++ {
		span := calendar.MonthSpan(month)
		quarter := cal.FiscalQuarter(span.From)
		add(s, m, span.From.String()[:len("2006-01")], span, found)
		add(s, m, cal.FiscalQuarterName(span.From), quarter, found)
	}
}

func add(s series, m mark, name string, span calendar.Span, found map[string]*period) {
	if m.known < span.To {
		return
	}
	c := found[name]
	if c == nil {
		c = &period{series: s, name: name, span: span, known: m.known, cause: m.cause}
		found[name] = c
	}
	c.known = min(c.known, m.known)
	if m.cause.offset >= c.cause.offset {
		c.cause = m.cause
	}
}

// ask makes the two questions; false where the metric has no answer for such a period.
func (c *period) ask(p *part) bool {
	var errs [2]error
	c.old, errs[0] = c.questionOf(&p.tenant.Tenant, c.span, c.known-1)
	c.now, errs[1] = c.questionOf(&p.tenant.Tenant, c.span, 0)
	if errs[0] != nil || errs[1] != nil {
		return false
	}
	c.rows = p.want(c.now)
	return true
}

// publishCorrections makes the corrections of the periods whose answers differ.
func (p *part) publishCorrections(s *sending, meta state.Meta, rows [][]state.Row, out *state.Output) error {
	for i := range p.periods {
		if err := p.periods[i].publish(p, s, meta, pick(rows, p.periods[i].rows), out); err != nil {
			return err
		}
	}
	return nil
}

// publish makes the correction, unless old and new are the same; where one was sent before, or may have been, it is
// made even then: what was said of the period is taken back.
func (c *period) publish(p *part, s *sending, meta state.Meta, rows [][]state.Row, out *state.Output) error {
	old, _, err := c.old.Answer(rows, p.tenant.MinimumSample)
	if err != nil {
		return err
	}
	now, _, err := c.now.Answer(rows, p.tenant.MinimumSample)
	if err != nil {
		return err
	}
	rec := outgoing{
		tenant: p.tenant.Name, kind: Corrected, subject: seriesName(c.Metric.ID, c.name, names(c.By)), ordinal: c.ordinal,
	}
	same, err := equal(old, now)
	if err != nil || same && !p.told(nameOf(rec.tenant, rec.kind, rec.subject)) {
		return err
	}
	data := Correction{
		Metric: c.Metric.ID, Version: c.Metric.Version, Unit: c.Metric.Unit, Currency: currency(c.now),
		Window: Window{c.name, c.span.From.String(), c.span.To.String()}, By: names(c.By),
		AsOf: (c.span.To - 1).String(), OldKnown: (c.known - 1).String(), Old: old, New: now,
	}
	fresh, err := p.fresh(&rec, data)
	if err != nil || !fresh {
		return err
	}
	rec.id = id(p.tenant.Name, rec.subject, data.OldKnown, s.generation, c.cause.offset)
	data.Cause, data.Position = c.cause, p.publisher.position(meta)
	rec.data = data
	return s.send(rec, out)
}

func equal(a, b []metric.Value) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}
