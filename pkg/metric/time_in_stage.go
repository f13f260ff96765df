package metric

import "weir.dev/weir/pkg/ledger"

// stays is the lengths of stays in open stages, in seconds, on the day on which they ended.
var stays = &Group{
	Name: "stays", Measures: []string{"stays", "seconds"},
	Own: []ledger.Dim{ledger.DimStage}, Keep: byStage(ledger.DimStage), Moved: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if !d.Counts() {
			return
		}
		for i := d.Settled.Stays; i < len(d.Stays); i++ {
			if s := &d.Stays[i]; s.Ended {
				out.add(Point{Day: s.ExitDay, Dims: s.ExitDims, Own: Values{s.Stage}}, histogramOf((s.Exit-s.Enter)/1000)...)
			}
		}
	},
}

var timeInStage = Metric{
	ID: "time_in_stage", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence:  "How long the stays in stages lasted that ended in the window, in calendar time.",
	Formula:   "distribution of exit − entry of each stay in an open stage, by the day of the exit",
	Source:    "metric table: time to move from one stage to the next",
	Siblings:  []string{"stage_entries", "age_in_stage"},
	Ambiguity: "Stays that have ended, which are the shorter ones; age_in_stage is of those that last. Each stay is a sample, whether the deal went on, back or was lost. Calendar time, not business hours.",
	Num:       stays.sum(histogramCount),
}
