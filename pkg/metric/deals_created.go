package metric

import "weir.dev/weir/pkg/ledger"

// created is the creation of deals, with the dimensions at the creation.
var created = &Group{
	Name: "created", Measures: []string{"created"}, Keep: standard(),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.HasCreation && d.Counts() {
			out.add(Point{Day: d.CreatedDay, Dims: d.Entry.Dims}, Measure{0, 1})
		}
	},
}

var dealsCreated = Metric{
	ID: "deals_created", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence: "Deals created in the window.",
	Formula:  "count(deals by the day of deal.created, with the dimensions that they were created with)",
	Source:   "metric table: opportunities-to-close ratio, the four Vs",
	Num:      created.sum(0),
}
