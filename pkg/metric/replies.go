package metric

import "weir.dev/weir/pkg/ledger"

// replies is the seconds that people outside took to answer, on the day of the answer.
var replies = &Group{
	Name: "replies", Measures: []string{"replies", "seconds"}, Keep: standard(), Logged: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.Into == "" {
			answered(d.Activities, d.Settled.Activities, out)
		}
	},
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if !l.Gone {
			answered(l.Activities, 0, out)
		}
	},
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) { answered(a.Activities, 0, out) },
}

// answered adds a sample for each activity from the n-th on that answers an outbound one.
func answered(list []ledger.Activity, n int, out *Points) {
	for ; n < len(list); n++ {
		a := &list[n]
		if to := answeredBy(list[:n], a); to != nil && to.Direction == "outbound" {
			out.add(Point{Day: a.Day, Dims: a.Dims}, histogramOf((a.At-to.At)/1000)...)
		}
	}
}

// answeredBy is which of the activities before it an inbound one answers: the one that it names, else the last of its
// thread; nil for none that is known.
func answeredBy(before []ledger.Activity, a *ledger.Activity) *ledger.Activity {
	if a.Direction != "inbound" {
		return nil
	}
	for i := len(before) - 1; i >= 0 && a.ReplyTo != ""; i-- {
		if b := &before[i]; b.ID == a.ReplyTo && !b.Internal() {
			return b
		}
	}
	for i := len(before) - 1; i >= 0 && a.Thread != ""; i-- {
		if b := &before[i]; b.Thread == a.Thread && !b.Internal() {
			return b
		}
	}
	return nil
}
