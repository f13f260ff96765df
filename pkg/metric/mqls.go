package metric

import "weir.dev/weir/pkg/ledger"

// qualified is the first marketing qualifications of leads.
var qualified = &Group{
	Name: "mqls", Measures: []string{"qualified"},
	Own:  []ledger.Dim{ledger.DimRule},
	Keep: standard(ledger.DimSource, ledger.DimCampaign, ledger.DimChannel, ledger.DimRule),
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if l.MQL.Happened && !l.Gone {
			out.add(Point{Day: l.MQL.Day, Dims: l.MQL.Dims, Own: Values{l.MQL.Rule}}, Measure{0, 1})
		}
	},
}

var mqls = Metric{
	ID: "mqls", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence: "Leads that were marketing-qualified for the first time in the window; a recycled lead does not count again.",
	Formula:  "count(leads by the day of their first lead.qualified of level mql, captured or not)",
	Source:   "metric table: marketing-qualified leads",
	Siblings: []string{"leads_captured"},
	Num:      qualified.sum(0),
}
