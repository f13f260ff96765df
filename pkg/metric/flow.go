package metric

import (
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// FlowTerm is one way in which the open pipeline planned for a period changes.
type FlowTerm uint16

// The terms, in the order in which they are told.
const (
	FlowCreated FlowTerm = iota
	FlowMovedIn
	FlowUp
	FlowDown
	FlowWon
	FlowLost
	FlowMovedOut
	FlowReopened
	FlowRemoved
	FlowReassignedIn
	FlowReassignedOut
	flowTerms
)

var flowNames = [flowTerms]string{
	"created", "moved_in", "up", "down", "won", "lost", "moved_out", "reopened", "removed", "reassigned_in", "reassigned_out",
}

// String is the term's name in an answer.
func (t FlowTerm) String() string { return flowNames[t] }

// Sign is +1 for a term that adds to the pipeline, -1 for one that takes away.
func (t FlowTerm) Sign() int64 {
	switch t {
	case FlowDown, FlowWon, FlowLost, FlowMovedOut, FlowRemoved, FlowReassignedOut:
		return -1
	default:
		return 1
	}
}

// The measures of a flow: what stands, and for each term how many deals and how much money.
const (
	flowStandingCount uint16 = iota
	flowStandingAmount
	flowFirstTerm
)

func (t FlowTerm) count() uint16  { return flowFirstTerm + 2*uint16(t) }
func (t FlowTerm) amount() uint16 { return flowFirstTerm + 2*uint16(t) + 1 }

// FlowMonth, FlowQuarter and FlowYear are the flows of the pipeline planned for the fiscal months,
// quarters and years, anchored at the period's first day. What stands is kept beside the terms, from
// the states and not from the changes, so that the identity of an answer is a check.
var (
	FlowMonth   = flowGroup("flow_month", calendar.Calendar.FiscalMonth)
	FlowQuarter = flowGroup("flow_quarter", calendar.Calendar.FiscalQuarter)
	FlowYear    = flowGroup("flow_year", calendar.Calendar.FiscalYear)
)

func flowGroup(name string, period func(calendar.Calendar, event.Day) calendar.Span) *Group {
	g := &Group{Name: name, Measures: []string{"standing_count", "standing_amount"}, Keep: standard(), Anchored: true, Exact: true}
	for _, t := range flowNames {
		g.Measures = append(g.Measures, t+"_count", t+"_amount")
	}
	g.Deal = func(def *ledger.Definition, d *ledger.Deal, out *Points) {
		f := flow{out: out, after: &absent}
		i := d.Settled.Steps
		if i > 0 {
			f.after = &d.Steps[i-1].State
		}
		f.to = f.place(def, f.after, period)
		for ; i < len(d.Steps); i++ {
			f.day, f.rollup = d.Steps[i].Day, AllRollups
			f.before, f.after = f.after, &d.Steps[i].State
			if f.from = f.to; f.before.Status != f.after.Status || f.before.Planned != f.after.Planned || f.before.Plan != f.after.Plan {
				f.to = f.place(def, f.after, period)
			}
			f.step()
		}
	}
	return g
}

// absent is a deal before its first fact.
var absent ledger.State

// flow is one fact's change to the pipeline of the period that it left and of that which it entered.
type flow struct {
	out           *Points
	day           event.Day
	before, after *ledger.State
	from, to      event.Day // first days of the periods; Always where the deal is in none
	rollup        int8
}

// place is the first day of the period that an open deal is planned for.
func (f *flow) place(def *ledger.Definition, st *ledger.State, period func(calendar.Calendar, event.Day) calendar.Span) event.Day {
	if st.Status != ledger.Open || !st.Planned {
		return ledger.Always
	}
	return period(def.Calendar, st.Plan).From
}

// step adds the terms: once for all rollups, or one by one where the dimensions changed.
func (f *flow) step() {
	if f.from == ledger.Always && f.to == ledger.Always {
		return
	}
	same := f.before.Dims == f.after.Dims || f.from != ledger.Always && *f.before.Dims == *f.after.Dims
	if !same || f.from != f.to || f.before.Amount != f.after.Amount || f.before.Currency != f.after.Currency {
		f.stands(f.before, f.from, -1)
		f.stands(f.after, f.to, 1)
	}
	if f.from == ledger.Always || same {
		f.terms(false)
		return
	}
	for i, r := range f.out.rollups {
		moved := false
		for _, dim := range r.Dims {
			moved = moved || f.before.Dims[dim] != f.after.Dims[dim]
		}
		f.rollup = int8(i)
		f.terms(moved)
	}
}

// terms adds what one fact does: a change of amount first, then what leaves or enters, at the new one.
func (f *flow) terms(moved bool) {
	if f.from == ledger.Always {
		f.add(f.entry(), f.to, f.after, f.after.Amount)
		return
	}
	switch change := f.after.Amount - f.before.Amount; {
	case f.before.Currency != f.after.Currency:
		f.add(FlowMovedOut, f.from, f.before, f.before.Amount)
		f.add(FlowMovedIn, f.from, f.after, f.after.Amount)
	case moved:
		f.add(FlowReassignedOut, f.from, f.before, f.before.Amount)
		f.add(FlowReassignedIn, f.from, f.after, f.after.Amount)
	case change > 0:
		f.add(FlowUp, f.from, f.after, change)
	case change < 0:
		f.add(FlowDown, f.from, f.after, -change)
	}
	if f.from == f.to {
		return
	}
	f.add(f.exit(), f.from, f.after, f.after.Amount)
	if f.to != ledger.Always {
		f.add(FlowMovedIn, f.to, f.after, f.after.Amount)
	}
}

// entry is how a deal got into the pipeline.
func (f *flow) entry() FlowTerm {
	switch f.before.Status {
	case ledger.Absent:
		return FlowCreated
	case ledger.Won, ledger.Lost:
		return FlowReopened
	default:
		return FlowMovedIn
	}
}

// exit is how a deal got out of the pipeline of a period.
func (f *flow) exit() FlowTerm {
	switch f.after.Status {
	case ledger.Won:
		return FlowWon
	case ledger.Lost:
		return FlowLost
	case ledger.Gone:
		return FlowRemoved
	default:
		return FlowMovedOut
	}
}

// stands adds or takes away what stands in a period, in every rollup.
func (f *flow) stands(st *ledger.State, period event.Day, sign int64) {
	if period != ledger.Always {
		pt := Point{Day: f.day, Anchor: period, Dims: st.Dims, Currency: st.Currency}
		f.out.add(pt, Measure{flowStandingCount, sign}, Measure{flowStandingAmount, sign * st.Amount})
	}
}

// add adds a term.
func (f *flow) add(term FlowTerm, period event.Day, st *ledger.State, amount int64) {
	pt := Point{Rollup: f.rollup, Day: f.day, Anchor: period, Dims: st.Dims, Currency: st.Currency}
	f.out.addTo(pt, Measure{term.count(), 1}, Measure{term.amount(), amount})
}
