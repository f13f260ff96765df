package metric

import "weir.dev/weir/pkg/ledger"

// roleDecider is the role of who decides.
const roleDecider = "decision_maker"

// meetsDecider finds the first meeting with a decision-maker up to the outcome of a deal: how many meetings it took,
// itself among them, and when it was. n is 0 where there was none.
func meetsDecider(d *ledger.Deal) (n int64, at int64) {
	for i := range d.Activities {
		a := &d.Activities[i]
		if a.At > d.Outcome.At {
			break
		}
		if !a.Meeting() {
			continue
		}
		n++
		for role := range d.RolesIn(a) {
			if role == roleDecider {
				return n, a.At
			}
		}
	}
	return 0, 0
}

// sinceCreation is a sample of the seconds from a deal's creation to an instant; what came before it counts as none.
func sinceCreation(d *ledger.Deal, at int64) []Measure {
	if !d.HasCreation {
		return []Measure{{histogramUnknown, 1}}
	}
	return histogramOf(max(0, at-d.Created) / 1000)
}
