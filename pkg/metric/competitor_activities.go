package metric

import "weir.dev/weir/pkg/ledger"

// rivalActivities is how many activities it took to the outcome of the deals of rivalry.
var rivalActivities = &Group{
	Name: "rival_activities", Measures: []string{"decided", "activities"}, Own: rivalryOwn, Keep: rivalryKeep, Logged: true, Exact: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if !narrow(d) {
			return
		}
		var n int64
		for i := range d.Activities {
			if a := &d.Activities[i]; !a.Internal() && a.At <= d.Outcome.At {
				n++
			}
		}
		perRival(d, out, histogramOf(n)...)
	},
}

var competitorActivities = Metric{
	ID: "competitor_activities", Version: 1, Unit: Count, Kind: Quantile, Direction: Neutral,
	Sentence:  "How many activities, internal ones left out, the deals with a competitor took that were won or lost to one in the window.",
	Formula:   "distribution of count(activities that are not internal, up to the outcome) over deals won or lost to a competitor with a competitor tagged up to the outcome",
	Source:    "metric table: sales effectiveness by competitor",
	Siblings:  []string{"competitor_win_rate", "competitor_cycle"},
	Ambiguity: rivalAmbiguity,
	Num:       rivalActivities.sum(histogramCount),
}
