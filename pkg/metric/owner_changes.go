package metric

import "weir.dev/weir/pkg/ledger"

// handovers is the changes of deals from one owner to another, under the new one. A first owner is no change, and
// between two a deal may have had none for a while.
var handovers = &Group{
	Name: "owner_changes", Measures: []string{"changes"}, Keep: standard(),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if !d.Counts() {
			return
		}
		last := ""
		for i := range d.Steps {
			dims := d.Steps[i].State.Dims
			owner := dims[ledger.DimOwner]
			if owner == "" || owner == last {
				continue
			}
			if last != "" {
				out.add(Point{Day: d.Steps[i].Day, Dims: dims}, Measure{0, 1})
			}
			last = owner
		}
	},
}

var ownerChanges = Metric{
	ID: "owner_changes", Version: 1, Unit: Count, Kind: Flow, Direction: Down,
	Sentence:  "How often a deal went from one owner to another in the window, counted under the new one.",
	Formula:   "count(facts by which a deal that had an owner has another; a first owner is no change)",
	Source:    "metric table: customer experience",
	Siblings:  []string{"onboarding_lag"},
	Ambiguity: "A proxy of what customers go through, not a measure of it.",
	Num:       handovers.sum(0),
}
