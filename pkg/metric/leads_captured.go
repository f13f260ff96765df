package metric

import "weir.dev/weir/pkg/ledger"

// captures is the captures of leads; a lead merged into another counts there.
var captures = &Group{
	Name: "captures", Measures: []string{"captured"},
	Keep: standard(ledger.DimSource, ledger.DimCampaign, ledger.DimChannel),
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if l.Captured.Happened && !l.Gone {
			out.add(Point{Day: l.Captured.Day, Dims: l.Captured.Dims}, Measure{0, 1})
		}
	},
}

var leadsCaptured = Metric{
	ID: "leads_captured", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence: "Leads captured in the window; merged persons count once, by their earliest capture.",
	Formula:  "count(leads by the day of their earliest lead.captured)",
	Source:   "metric table: cost per lead",
	Siblings: []string{"mqls"},
	Num:      captures.sum(0),
}
