package metric

import "weir.dev/weir/pkg/ledger"

// The measures of acquisitions.
const (
	acquiredAll uint16 = iota
	acquiredMarketing
)

// acquisitions is new customers: accounts on the day of their earliest win, by what its lead came from. They
// are marketing's where that lead has a campaign.
var acquisitions = &Group{
	Name: "acquisitions", Measures: []string{"all", "marketing"}, Carried: byCampaign, Keep: alone(byCampaign...),
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		if len(a.Wins) > 0 {
			w := &a.Wins[0]
			out.add(Point{Day: w.Day, Dims: origin(w)}, Measure{acquiredAll, 1}, Measure{acquiredMarketing, one(w.Marketing())})
		}
	},
}

// origin is the dimensions of the capture that led to a win.
func origin(w *ledger.AccountWin) *ledger.Dims {
	if w.Lead.Happened {
		return w.Lead.Dims
	}
	return noDims
}

var costPerAcquisition = Metric{
	ID: "cost_per_acquisition", Version: 1, Unit: Money, Kind: Fraction, Direction: Down,
	Sentence:  "Marketing spend of the window per customer that marketing won in it: an account whose first win came from a campaign's lead.",
	Formula:   "sum(marketing spend) / count(accounts by the day of their first win, whose lead has a campaign)",
	Source:    "metric table: cost per acquisition",
	Siblings:  []string{"cost_per_acquisition_lagged", "customer_acquisition_cost", "cost_per_lead"},
	Ambiguity: "Spend and wins of one window misread long cycles: cost_per_acquisition_lagged takes earlier spend. Sales cost is left out: customer_acquisition_cost adds it. What is spent names no segment, so there is no cost by segment.",
	NumMoney:  true,
	Inputs:    []Input{{Term: spend.money(spendMarketing)}, {Term: acquisitions.sum(acquiredMarketing)}},
	Derive:    flowRatio,
}
