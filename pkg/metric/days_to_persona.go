package metric

import (
	"slices"

	"weir.dev/weir/pkg/ledger"
)

// personas is the seconds from the creation of a deal to the first activity with somebody of each role, on the day of
// that activity; unknown where the creation is.
var personas = &Group{
	Name: "personas", Measures: []string{"engaged", "seconds"}, Logged: true,
	Own: []ledger.Dim{ledger.DimRole}, Keep: standard(ledger.DimRole),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if !d.Counts() {
			return
		}
		var room [8]string
		seen := room[:0]
		for i := range d.Activities {
			a := &d.Activities[i]
			if d.Outcome != nil && a.At > d.Outcome.At {
				break
			}
			if a.Internal() {
				continue
			}
			for role := range d.RolesIn(a) {
				if slices.Contains(seen, role) {
					continue
				}
				seen = append(seen, role)
				pt := Point{Day: a.Day, Dims: a.Dims, Own: Values{role}}
				if d.HasCreation {
					pt.Day = max(pt.Day, d.CreatedDay)
				}
				out.add(pt, sinceCreation(d, a.At)...)
			}
		}
	},
}

var daysToPersona = Metric{
	ID: "days_to_persona", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence: "The time from a deal's creation to the first activity with somebody of a role, for the roles engaged in the window; by=role tells them apart.",
	Formula:  "distribution, over deals and roles first engaged in the window, of first activity with a participant of the role − created_at, in seconds; 0 for one before the creation",
	Source:   "metric table: time to engage a persona",
	Siblings: []string{"days_to_decision_maker", "activities_to_decision_maker"},
	Ambiguity: "All deals count, won or not, on the day of the first activity with the role, up to the outcome and not internal; without by=role a deal is a sample " +
		"for each role. A role that was set for a contact counts for the activities before it, as a correction.",
	Num:     personas.sum(histogramCount),
	Missing: []Gap{{"creation", personas.sum(histogramUnknown)}},
}
