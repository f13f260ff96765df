package metric

import "weir.dev/weir/pkg/ledger"

// The measures of qualifications.
const (
	qualifiedMQL uint16 = iota
	qualifiedNet
	qualifiedSQL
)

// qualified is the first qualifications of leads, of each level.
var qualified = &Group{
	Name: "qualifications", Measures: []string{"mql", "mql_net", "sql"},
	Own:  []ledger.Dim{ledger.DimRule},
	Keep: standard(ledger.DimSource, ledger.DimCampaign, ledger.DimChannel, ledger.DimRule),
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if l.Gone {
			return
		}
		if m := &l.MQL; m.Happened {
			out.add(Point{Day: m.Day, Dims: m.Dims, Own: Values{m.Rule}},
				Measure{qualifiedMQL, 1}, Measure{qualifiedNet, one(!l.Disqualified.Happened)})
		}
		if m := &l.SQL; m.Happened {
			out.add(Point{Day: m.Day, Dims: m.Dims, Own: Values{m.Rule}}, Measure{qualifiedSQL, 1})
		}
	},
}

var mqls = Metric{
	ID: "mqls", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Leads that were marketing-qualified for the first time in the window; a recycled lead does not count again.",
	Formula:   "count(leads by the day of their first lead.qualified of level mql, captured or not)",
	Source:    "metric table: marketing-qualified leads",
	Siblings:  []string{"mqls_net", "sqls", "leads_captured"},
	Ambiguity: "No rule for the qualification is shared by all: by=rule tells them apart. mqls_net leaves out the leads that were disqualified at any time.",
	Num:       qualified.sum(qualifiedMQL),
}
