package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// roled is the open deals of which it is known who plays some role in them, as changes to a stock. Those of which it
// is not are the other open ones: where nobody says roles, nothing is kept.
var roled = &Group{
	Name: "roled", Measures: []string{"deals"}, Keep: standard(), Stock: true, Logged: true,
	Deal: func(def *ledger.Definition, d *ledger.Deal, out *Points) {
		first, ok := firstRole(d)
		if !ok {
			return
		}
		day := def.Day(first)
		evenings(d, opensAs, func(st *ledger.State, from, until event.Day) {
			if from = max(from, day); st.Status != ledger.Open || from >= until {
				return
			}
			out.add(Point{Day: from, Dims: st.Dims}, Measure{0, 1})
			if until != ledger.Always {
				out.add(Point{Day: until, Dims: st.Dims}, Measure{0, -1})
			}
		})
	},
}

// opensAs reports whether two states count the same where only it matters that a deal is open, and whose.
func opensAs(a, b *ledger.State) bool {
	return (a.Status == ledger.Open) == (b.Status == ledger.Open) && (a.Dims == b.Dims || *a.Dims == *b.Dims)
}

// firstRole is the instant from which it is known who plays a role in a deal: one was set, or somebody outside took
// part in an activity in one.
func firstRole(d *ledger.Deal) (first int64, ok bool) {
	for i := range d.Roles {
		if r := &d.Roles[i]; r.Role != "" && (!ok || r.At < first) {
			first, ok = r.At, true
		}
	}
	for i := range d.Activities {
		a := &d.Activities[i]
		if a.Internal() || ok && a.At >= first {
			continue
		}
		for _, role := range a.People() {
			if role != "" {
				first, ok = a.At, true
			}
		}
	}
	return first, ok
}
