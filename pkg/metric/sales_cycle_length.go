package metric

import "weir.dev/weir/pkg/ledger"

// cycles is the time from the creation of deals to their final win, in seconds; unknown where the creation is,
// or is said to lie after the win.
var cycles = &Group{
	Name: "cycles", Measures: []string{"won", "seconds"}, Keep: standard(), Moved: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		o := d.Outcome
		if o == nil || !o.Won {
			return
		}
		pt := Point{Day: o.Day, Dims: o.State.Dims}
		if d.HasCreation && d.Created <= o.At {
			out.add(pt, histogramOf((o.At-d.Created)/1000)...)
		} else {
			out.add(pt, Measure{histogramUnknown, 1})
		}
	},
}

var salesCycleLength = Metric{
	ID: "sales_cycle_length", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence:  "The time from creation to the final win of the deals won in the window.",
	Formula:   "distribution of won_at − created_at over deals won in the window",
	Source:    "metric table: sales cycle length",
	Siblings:  []string{"average_sales_cycle", "competitor_cycle"},
	Ambiguity: "From the creation of the deal; average_sales_cycle begins at the first contact. Short cycles are over-seen while a company grows, since what is long has not ended yet.",
	Num:       cycles.sum(histogramCount),
	Missing:   []Gap{{"creation", cycles.sum(histogramUnknown)}},
}
