package metric

import "weir.dev/weir/pkg/ledger"

// entries is the entries of deals into open stages, creation and reopening among them.
var entries = &Group{
	Name: "stage_entries", Measures: []string{"entered"},
	Own: []ledger.Dim{ledger.DimStage}, Keep: byStage(ledger.DimStage), Moved: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if !d.Counts() {
			return
		}
		for i := d.Settled.Stays; i < len(d.Stays); i++ {
			s := &d.Stays[i]
			out.add(Point{Day: s.EnterDay, Dims: s.EnterDims, Own: Values{s.Stage}}, Measure{0, 1})
		}
	},
}

var stageEntries = Metric{
	ID: "stage_entries", Version: 1, Unit: Count, Kind: Flow, Direction: Neutral,
	Sentence:  "Entries of deals into open stages in the window; a deal that comes back enters again.",
	Formula:   "count(entries into a stage, by creation, stage change or reopening; a move to the same stage is none)",
	Source:    "metric table: time to move from one stage to the next",
	Siblings:  []string{"time_in_stage", "stage_conversion_rate"},
	Ambiguity: "A deal that comes back enters again; in stage_conversion_rate its first entry counts alone, and time_in_stage has every stay.",
	Num:       entries.sum(0),
}
