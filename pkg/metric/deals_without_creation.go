package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// uncreated is the deals whose creation is not known, open or decided, as changes to a stock.
var uncreated = &Group{
	Name: "uncreated", Measures: []string{"deals"}, Keep: standard(), Stock: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.HasCreation {
			return
		}
		evenings(d, countsAs, func(st *ledger.State, from, until event.Day) {
			if st.Status == ledger.Gone {
				return
			}
			out.add(Point{Day: from, Dims: st.Dims}, Measure{0, 1})
			if until != ledger.Always {
				out.add(Point{Day: until, Dims: st.Dims}, Measure{0, -1})
			}
		})
	},
}

// countsAs reports whether two states count the same where only it matters that there is a deal, and whose.
func countsAs(a, b *ledger.State) bool {
	return (a.Status == ledger.Gone) == (b.Status == ledger.Gone) && (a.Dims == b.Dims || *a.Dims == *b.Dims)
}

var dealsWithoutCreation = Metric{
	ID: "deals_without_creation", Version: 1, Unit: Count, Kind: Stock, Direction: Down,
	Sentence:  "Deals that exist at the end of the day, open or decided, and whose creation nobody told.",
	Formula:   "count(deals with a deal.* fact by T and no deal.created, neither deleted nor merged by T)",
	Source:    "metric table: eliminate inaccurate CRM data",
	Ambiguity: "A creation that is told later puts the past right too; with known, it is what was known then.",
	Num:       uncreated.sum(0),
}
