package metric

import (
	"math/big"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// Over is the days over which an input of a formula is summed.
type Over uint8

// The days: the window as far as as_of; for stocks, the evening before it and the evening of its last day
// (or of as_of, if that is earlier); the whole window, days after as_of included, as goals have; as
// many days before the end as View.Between may look back; the 365 days up to the end, and the fiscal year of
// it as far as that; the period before the window, or another that it is held against; of anchored cells
// those of which both the anchor and the day lie in the window; and of what is anchored at periods, all targets
// that View.Target may want, and the period that a plan is asked for (View.Planned).
const (
	OverWindow Over = iota
	OverOpening
	OverClosing
	OverWhole
	OverBefore
	OverYear
	OverFiscalYear
	OverAgainst
	OverInside
	OverPlan
	OverPeriod
)

// kept reports whether cells are kept beside their sum, so that a part of the days can be asked for.
func (o Over) kept() bool { return o == OverBefore || o == OverPlan || o == OverPeriod }

// lookBack is how many days before the window's end an input over OverBefore reaches: three years. One over
// OverPlan reaches a year further, since that is as long as a period is.
const (
	lookBack = 1096
	planBack = lookBack + 366
)

// yearDays is the days of a trailing year.
const yearDays = 365

// Input is a sum that a formula reads.
type Input struct {
	Term Term
	Over Over
}

// Result is what a formula makes of its inputs. A nil number is null. Money is in minor units, and is rounded
// once, half to even, by the answer.
type Result struct {
	Value, Numerator, Denominator *big.Rat
	N                             int64
	Proportion                    bool      // of counts: it gets a 95 % Wilson interval
	Interval                      []float64 // a 95 % interval that the formula knows itself
	Reason                        string    // why there is no value, though something was counted
	Missing                       map[string]any
	Stages                        []string // that were counted, in their order
	Money                         bool     // numerator and denominator are money, whatever the metric says
	Original                      *big.Rat // the denominator by the targets as they were first set
	Absent                        bool     // there is nothing to say: no row, where the answer is split
	Parts                         []Part   // that the value is the sum of, where the metric names some
}

// View is the inputs of a formula, for one combination of dimensions.
type View struct {
	q    *Question
	s    *sums
	span calendar.Span // as asked for, not cut off at as_of
	read []bool        // by input: it was summed

	foreign map[string]*big.Rat // what Between left out, since it has no rate
}

func (v *View) source(i int) source {
	in := v.q.Metric.Inputs[i]
	v.read[i] = true
	return source{in.Term.Group, in.Over}
}

// Count is an input as a whole number.
func (v *View) Count(i int) int64 {
	return v.s.whole(v.source(i), v.q.Metric.Inputs[i].Term, v.q.all)
}

// Sum is an input: a count, or money in minor units of the currency asked for, converted exactly.
func (v *View) Sum(i int) *big.Rat {
	term := v.q.Metric.Inputs[i].Term
	if !term.Money {
		return new(big.Rat).SetInt64(v.Count(i))
	}
	return v.s.exact(v.source(i), term, v.q)
}

// Priced is an input that counts things with an amount: those whose currency can be converted.
func (v *View) Priced(i int) int64 {
	return v.s.whole(v.source(i), v.q.Metric.Inputs[i].Term, v.q.convertible)
}

// Between is the part of an input over OverBefore that lies in some days, none of them after as_of.
func (v *View) Between(i int, days calendar.Span) *big.Rat {
	part := newSums(nil)
	src, term := v.source(i), v.q.Metric.Inputs[i].Term
	days.To = min(days.To, v.q.Request.AsOf+1)
	for _, c := range v.s.cells[src] {
		if !days.Contains(c.Day) {
			continue
		}
		m := money{c.Currency, c.Day}
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

// Median is the nearest-rank median of a histogram; ok is false where there is no sample.
func (v *View) Median(i int) (value int64, ok bool) {
	h := v.q.histogram(v.s, v.source(i))
	if h.n == 0 {
		return 0, false
	}
	return h.rank(50), true
}

// Mean is the mean of a histogram, nil where there is no sample.
func (v *View) Mean(i int) *big.Rat {
	h := v.q.histogram(v.s, v.source(i))
	if h.n == 0 {
		return nil
	}
	return new(big.Rat).Quo(h.sum, new(big.Rat).SetInt64(h.n))
}

// Each is the views of the values of the metric's Each dimension, in their order; where the answer is split by
// that dimension anyway, it is the view itself.
func (v *View) Each() []*View {
	if v.q.each == nil {
		return []*View{v}
	}
	var list []*View
	for _, s := range v.s.children() {
		list = append(list, &View{q: v.q, s: s, span: v.span, read: v.read, foreign: v.foreign})
	}
	return list
}

// Value is the value of a dimension of the answer, of its filters, or of Each; empty where it is none of these.
func (v *View) Value(d ledger.Dim) string {
	for i, dim := range v.q.Request.By {
		if dim == d {
			return v.s.values[i]
		}
	}
	for _, f := range v.q.Request.Where {
		if f.Dim == d {
			return f.Value
		}
	}
	if v.q.each != nil && *v.q.each == d {
		return v.s.child
	}
	return ""
}

// Window is the days asked for, those after as_of included.
func (v *View) Window() calendar.Span { return v.span }

// AsOf is the last day that counts.
func (v *View) AsOf() event.Day { return v.q.Request.AsOf }

// Definition is the tenant's.
func (v *View) Definition() *ledger.Definition { return v.q.layout.Def }

// Margin is the configured margin rate, nil where there is none.
func (v *View) Margin() *big.Rat { return v.q.Request.Margin }

// Calendar is the tenant's.
func (v *View) Calendar() calendar.Calendar { return v.q.layout.Def.Calendar }
