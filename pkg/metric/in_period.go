package metric

import (
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
)

// What a win was to a period that it lies in: it did not exist when the period began; it existed and was not in
// the pipeline planned for the period then; or nobody told when it was created, and it was first heard of since.
const (
	inPeriodCreated uint16 = iota
	inPeriodMoved
	inPeriodUnknown
	inPeriodClasses
)

// Of each class, how many, how many of them with an amount, and the amount.
const (
	inPeriodCount uint16 = iota
	inPeriodPriced
	inPeriodAmount
	inPeriodSums
)

// inPeriodMeasure is the place of a sum of a class in a period of some kind, among the measures of outcomes.
func inPeriodMeasure(period int, class, sum uint16) uint16 {
	return outcomeInPeriod + (uint16(period)*inPeriodClasses+class)*inPeriodSums + sum
}

// inPeriod is what a win was to each of the standard periods that it lies in, a fiscal one that is one of the
// calendar once.
func inPeriod(def *ledger.Definition, d *ledger.Deal, out []Measure) []Measure {
	o := d.Outcome
	for i, period := range def.Calendar.Standard(o.Day) {
		class, is := inPeriodClass(d, period)
		if !is || standardPeriod(def.Calendar, period) != i {
			continue
		}
		out = append(out, Measure{inPeriodMeasure(i, class, inPeriodCount), 1})
		if o.State.Priced {
			out = append(out, Measure{inPeriodMeasure(i, class, inPeriodPriced), 1}, Measure{inPeriodMeasure(i, class, inPeriodAmount), o.State.Amount})
		}
	}
	return out
}

// inPeriodClass is what a deal was when a period began; false where it was in the pipeline planned for it.
func inPeriodClass(d *ledger.Deal, period calendar.Span) (class uint16, is bool) {
	if d.Steps[0].Day >= period.From {
		if d.HasCreation {
			return inPeriodCreated, true
		}
		return inPeriodUnknown, true
	}
	st := &d.Steps[0].State
	for i := range d.Steps {
		if d.Steps[i].Day < period.From {
			st = &d.Steps[i].State
		}
	}
	return inPeriodMoved, st.Status != ledger.Open || !st.Planned || !period.Contains(st.Plan)
}

// The inputs of bookings in a period, for each of the standard ones: the money of some classes of wins, how many
// of them have an amount and how many have none, and how many wins are of the class of which nothing is known.
const (
	inPeriodMoney = iota
	inPeriodPaid
	inPeriodUnpaid
	inPeriodUntold
	inPeriodInputs
)

func inPeriodSumsOf(classes ...uint16) []Input {
	var list []Input
	for period := range len(calendar.Calendar{}.Standard(0)) {
		of := func(sum uint16) (measures []uint16) {
			for _, class := range classes {
				measures = append(measures, inPeriodMeasure(period, class, sum))
			}
			return measures
		}
		list = append(list,
			Input{Term: Term{Group: outcomes, Plus: of(inPeriodAmount), Money: true}},
			Input{Term: outcomes.sum(of(inPeriodPriced)...)},
			Input{Term: outcomes.sum(of(inPeriodCount)...).less(of(inPeriodPriced)...)},
			Input{Term: outcomes.sum(inPeriodMeasure(period, inPeriodUnknown, inPeriodCount))})
	}
	return list
}

// inPeriodBookings is the money of the period that the window is, and the place of its inputs.
func (v *View) inPeriodBookings() (r Result, inputs int) {
	inputs = inPeriodInputs * standardPeriod(v.Calendar(), v.Window())
	r = Result{Value: v.Sum(inputs + inPeriodMoney), N: v.Priced(inputs + inPeriodPaid), Missing: map[string]any{}}
	if n := v.Count(inputs + inPeriodUnpaid); n != 0 {
		r.Missing["amount"] = n
	}
	return r, inputs
}
