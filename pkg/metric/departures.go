package metric

import (
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of those who left, of each kind of standard period: how many, and what they were worth a year
// on the evening before the period.
const (
	leftCustomers uint16 = iota
	leftAmount
	leftRest
	leftMeasures
)

// departures is the customers of the evening before a month, quarter or year who left in it, on the day on which
// they left, anchored at the period's first day; who comes back in it is taken away again on that day. They
// count in the cells that they were in on that evening, as the customers do whose share they are.
var departures = &Group{
	Name: "departures",
	Measures: []string{
		"month", "month_amount", "month_rest", "quarter", "quarter_amount", "quarter_rest", "year", "year_amount", "year_rest",
		"fiscal_quarter", "fiscal_quarter_amount", "fiscal_quarter_rest", "fiscal_year", "fiscal_year_amount", "fiscal_year_rest",
	},
	Own:      []ledger.Dim{ledger.DimPlan},
	Carried:  ofAccount,
	Keep:     byCustomer(),
	Anchored: true,
	Exact:    true,
	Account: func(def *ledger.Definition, a *ledger.Account, out *Points) {
		for i := 1; i < len(a.Evenings); i++ {
			if a.Evenings[i].Customer() || !a.Evenings[i-1].Customer() {
				continue
			}
			left, back := a.Evenings[i].Day, ledger.Always
			for j := i + 1; j < len(a.Evenings) && back == ledger.Always; j++ {
				if a.Evenings[j].Customer() {
					back = a.Evenings[j].Day
				}
			}
			depart(def, a, left, back, out)
		}
	},
}

// depart adds an absence from a day until another to the standard periods in which it begins.
func depart(def *ledger.Definition, a *ledger.Account, left, back event.Day, out *Points) {
	periods := def.Calendar.Standard(left)
	for kind, period := range periods {
		if standardPeriod(def.Calendar, period) != kind {
			continue // the fiscal year is the calendar's
		}
		opening := ledger.EveningOf(a.Evenings, period.From-1)
		if opening == nil || !opening.Customer() {
			continue
		}
		for r := range out.rollups {
			for _, h := range holdings(opening, &out.rollups[r]) {
				pt := h.point(r)
				pt.Anchor, pt.Day = period.From, left
				at := uint16(kind) * leftMeasures
				out.addTo(pt, Measure{at + leftCustomers, h.customers}, Measure{at + leftAmount, h.gross.Whole}, Measure{at + leftRest, h.gross.Rest})
				if pt.Day = back; back < period.To {
					out.addTo(pt, Measure{at + leftCustomers, -h.customers}, Measure{at + leftAmount, -h.gross.Whole}, Measure{at + leftRest, -h.gross.Rest})
				}
			}
		}
	}
}

// standardPeriod is which of calendar.Standard a span is, the first where some are the same; -1 for none.
func standardPeriod(cal calendar.Calendar, span calendar.Span) int {
	periods := cal.Standard(span.From)
	return slices.Index(periods[:], span)
}

// leftInputs are a measure of those who left, for each kind of standard period.
func leftInputs(term func(measure uint16) Term) []Input {
	var list []Input
	for kind := range len(calendar.Calendar{}.Standard(0)) {
		list = append(list, Input{Term: term(uint16(kind) * leftMeasures)})
	}
	return list
}

// leftCount is how many left in a standard period that begins with the measure.
func leftCount(measure uint16) Term { return departures.sum(measure + leftCustomers) }

// leftMRR is what they were worth a month on the evening before.
func leftMRR(measure uint16) Term {
	return Term{Group: departures, Plus: []uint16{measure + leftAmount}, Money: true, Rest: measure + leftRest, Per: months}
}

// left is the input, of leftInputs that begin at first, that belongs to the window of an answer.
func left(v *View, first int) int {
	kind := standardPeriod(v.Calendar(), v.Window())
	return first + kind
}

// opening is what there was on the evening before the window.
func opening(t Term) Input { return Input{Term: t, Over: OverOpening} }
