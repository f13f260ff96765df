package metric

import "weir.dev/weir/pkg/ledger"

// The measures of captures.
const (
	captureAll uint16 = iota
	captureMarketing
	captureConverted
)

// captures is the captures of leads, and their first conversions on the days of those; a lead merged into
// another counts there.
var captures = &Group{
	Name: "captures", Measures: []string{"captured", "marketing", "converted"},
	Keep: standard(ledger.DimSource, ledger.DimCampaign, ledger.DimChannel),
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if l.Gone {
			return
		}
		if m := &l.Captured; m.Happened {
			out.add(Point{Day: m.Day, Dims: m.Dims}, Measure{captureAll, 1}, Measure{captureMarketing, one(m.Dims[ledger.DimCampaign] != "")})
		}
		if m := &l.Converted; m.Happened {
			out.add(Point{Day: m.Day, Dims: m.Dims}, Measure{captureConverted, 1})
		}
	},
}

var leadsCaptured = Metric{
	ID: "leads_captured", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Leads captured in the window; merged persons count once, by their earliest capture.",
	Formula:   "count(leads by the day of their earliest lead.captured)",
	Source:    "metric table: cost per lead",
	Siblings:  []string{"mqls"},
	Ambiguity: "A person captured twice is one lead only where the leads were merged. All leads are in it, organic ones too; mqls are those that marketing qualified.",
	Num:       captures.sum(captureAll),
}
