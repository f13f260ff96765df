package metric

import "weir.dev/weir/pkg/ledger"

// The measures of creations.
const (
	createdAll uint16 = iota
	createdPriced
	createdAmount
)

// created is the creation of deals, with the dimensions at the creation, and the level that the lead had by
// then. Source, campaign and channel are those of the lead's capture, where they are known.
var created = &Group{
	Name: "created", Measures: []string{"created", "priced", "amount"},
	Own: []ledger.Dim{ledger.DimLevel}, Keep: standard(ledger.DimLevel, ledger.DimSource), Moved: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.HasCreation && d.Counts() {
			pt := Point{Day: d.CreatedDay, Dims: d.Attributed(), Own: Values{d.Level()}, Currency: currencyOf(&d.Entry)}
			out.add(pt, Measure{createdAll, 1}, Measure{createdPriced, one(d.Entry.Priced)}, Measure{createdAmount, d.Entry.Amount})
		}
	},
}

var dealsCreated = Metric{
	ID: "deals_created", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Deals created in the window.",
	Formula:   "count(deals by the day of deal.created, with the dimensions that they were created with)",
	Source:    "metric table: opportunities-to-close ratio, the four Vs",
	Siblings:  []string{"pipeline_generated_count"},
	Ambiguity: "A deal is placed on the day of its deal.created, with the dimensions that it had then; one whose creation was never seen is in deals_without_creation alone. pipeline_generated_count counts the same deals by the level of their leads.",
	Num:       created.sum(createdAll),
}
