package metric

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// A metric that sets a number against what was to be reached (Targets) is asked of one metric: the filter
// metric names it. It may read that metric's own answer too (Actual), so that there is one definition of it.

// aim is what the answer is set against.
type aim struct {
	targets     []string  // the metrics whose goal counts, the first that has one
	targetMoney bool      // it is money
	actual      *Question // the answer of that metric
	actuals     actuals   // … while it is answered
}

// target takes the filter that names a metric out of the request, and asks for that metric's own answer
// where the formula reads it.
func (q *Question) target(m *Metric) error {
	q.targets = m.Targets
	var where []Filter
	for _, f := range q.Request.Where {
		if f.Dim == ledger.DimMetric {
			q.targets = []string{f.Value}
			continue
		}
		where = append(where, f)
	}
	q.Request.Where = where
	if slices.Contains(q.Request.By, ledger.DimMetric) {
		return fmt.Errorf("%w: it is asked of one metric at a time, by where=metric:id", ErrOption)
	}
	if m.Actual == nil {
		return nil
	}
	of := Find(q.targets[0])
	if of == nil || len(of.Targets) > 0 {
		return fmt.Errorf("%w: where=metric names a metric of the catalogue that has goals, and %.60q is none", ErrOption, q.targets[0])
	}
	return q.askActual(of)
}

// askActual asks for the answer of the metric itself, over all the days that the formula reads.
func (q *Question) askActual(of *Metric) (err error) {
	var days []calendar.Span
	for _, span := range append([]calendar.Span{q.whole()}, q.steps()...) {
		for _, s := range q.Metric.Actual(q, span) {
			if s.From < s.To && !slices.Contains(days, s) {
				days = append(days, s)
			}
		}
	}
	slices.SortFunc(days, func(a, b calendar.Span) int { return int(a.From - b.From) })
	req := q.Request
	req.Stand, req.Steps, req.Within, req.Strict = req.AsOf, days, 0, false
	q.targetMoney = of.Unit == Money || of.Unit == MoneyPerDay
	q.actual, err = Ask(of, q.layout, req)
	return err
}

// actuals is the answers of another metric: by the days, and by the values of the by dimensions.
type actuals map[calendar.Span]map[string]Value

// answerActual makes the other metric's answer from the rows that it asked for.
func (q *Question) answerActual(rows [][]state.Row, minimumSample int) error {
	_, series, err := q.actual.Answer(rows, minimumSample)
	if err != nil {
		return err
	}
	q.actuals = actuals{}
	for i, days := range q.actual.steps() {
		byValues := map[string]Value{}
		for _, v := range series[i].Values {
			values := make([]string, len(q.Request.By))
			for j, d := range q.Request.By {
				values[j] = v.Dimensions[d.String()]
			}
			byValues[strings.Join(values, separator)] = v
		}
		q.actuals[days] = byValues
	}
	return nil
}

// Actual is the answer of the metric that the target is for, over some days: money in minor units. It is nil
// where that metric has no value.
func (v *View) Actual(days calendar.Span) (value *big.Rat, of Value) {
	of, ok := v.q.actuals[days][strings.Join(v.s.values, separator)]
	switch kind := v.q.actual.Metric.Kind; {
	case ok && of.Value == nil:
		return nil, of
	case ok:
		value, _ = new(big.Rat).SetString(string(*of.Value))
	case kind == Flow || kind == Stock:
		value = new(big.Rat)
	default:
		return nil, of
	}
	if v.q.targetMoney {
		value.Mul(value, ledger.MinorUnits(v.q.Request.Currency))
	}
	return value, of
}

// Whole reports whether the target is for a metric that days do not share: any but a flow.
func (v *View) Whole() bool { return v.q.actual.Metric.Kind != Flow }

// planPeriod is the period that a plan is asked for: the days that are answered; for what stands on one of them, the
// window, where that is a month, a quarter or a year, else the fiscal quarter of the day.
func (q *Question) planPeriod(days calendar.Span) calendar.Span {
	if q.Metric.Kind != Stock {
		return days
	}
	if _, _, ok := q.layout.Def.Calendar.PeriodOf(q.Request.Window); ok {
		return q.Request.Window
	}
	return q.layout.Def.Calendar.FiscalQuarter(q.Request.Stand)
}

// PlanPeriod is the period that a plan is asked for, and the last day that counts of what became of it.
func (v *View) PlanPeriod() (period calendar.Span, day event.Day) {
	return v.q.planPeriod(v.span), min(v.span.To-1, v.AsOf())
}

// Planned is an input whose days are OverPeriod, as far as it happened by a day. Money that stands is converted
// by the rate of that day, other money by the rate of its own.
func (v *View) Planned(i int, by event.Day, stands bool) *big.Rat {
	part, src, term := newSums(nil), v.source(i), v.q.Metric.Inputs[i].Term
	for _, c := range v.s.cells[src] {
		if c.Day > by {
			continue
		}
		m := money{c.Currency, c.Day}
		if stands {
			m.day = by
		}
		_ = part.add(src, m, c.vector) // these were added before, in the sum of all
		if term.Money && c.Currency != "" && !v.q.convertible(m) {
			abroad(v.foreign, c.Currency, term, c.vector)
		}
	}
	if !term.Money {
		return new(big.Rat).SetInt64(part.whole(src, term, v.q.all))
	}
	return part.exact(src, term, v.q)
}
