package metric

import "weir.dev/weir/pkg/ledger"

// rivalCycles is the seconds from creation to outcome of the deals of rivalry.
var rivalCycles = &Group{
	Name: "rival_cycles", Measures: []string{"decided", "seconds"}, Own: rivalryOwn, Keep: rivalryKeep, Logged: true, Exact: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		switch {
		case !narrow(d):
		case d.HasCreation && d.Created <= d.Outcome.At:
			perRival(d, out, histogramOf((d.Outcome.At-d.Created)/1000)...)
		default:
			perRival(d, out, Measure{histogramUnknown, 1})
		}
	},
}

var competitorCycle = Metric{
	ID: "competitor_cycle", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence:  "The time from creation to the outcome of the deals with a competitor that were won or lost to one in the window.",
	Formula:   "distribution of outcome_at − created_at over deals won or lost to a competitor with a competitor tagged up to the outcome",
	Source:    "metric table: sales effectiveness by competitor",
	Siblings:  []string{"competitor_win_rate", "competitor_activities", "sales_cycle_length"},
	Ambiguity: rivalAmbiguity + " sales_cycle_length is of won deals alone.",
	Num:       rivalCycles.sum(histogramCount),
	Missing:   []Gap{{"creation", rivalCycles.sum(histogramUnknown)}},
}
