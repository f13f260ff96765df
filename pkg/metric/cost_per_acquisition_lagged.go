package metric

import (
	"math/big"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// leadDays is the days from the capture of a lead to the first win of its account, rounded half to even, of
// the customers that marketing won; unknown where the capture lies after the win.
var leadDays = &Group{
	Name: "lead_days", Measures: []string{"won", "days"}, Carried: byCampaign, Keep: alone(byCampaign...),
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		if len(a.Wins) == 0 || !a.Wins[0].Marketing() {
			return
		}
		w := &a.Wins[0]
		pt := Point{Day: w.Day, Dims: origin(w)}
		if w.Lead.At > w.At {
			out.add(pt, Measure{histogramUnknown, 1})
			return
		}
		const day = 86_400_000
		out.add(pt, histogramOf(ledger.MulDiv(w.At-w.Lead.At, 1, day))...)
	},
}

var costPerAcquisitionLagged = Metric{
	ID: "cost_per_acquisition_lagged", Version: 1, Unit: Money, Kind: Fraction, Direction: Down,
	Sentence:  "Marketing spend of as many days before the window as its wins took from their leads, per customer that marketing won in the window.",
	Formula:   "sum(marketing spend of the window less the median days from lead to win of its wins) / count(accounts by the day of their first win, whose lead has a campaign)",
	Source:    "metric table: cost per acquisition, spend lagged by median lead-to-win days",
	Siblings:  []string{"cost_per_acquisition", "customer_acquisition_cost"},
	Ambiguity: "It sets spend against the wins that it brought; cost_per_acquisition takes both of one window.",
	Inputs: []Input{
		{Term: spend.money(spendMarketing), Over: OverBefore},
		{Term: acquisitions.sum(acquiredMarketing)},
		{Term: leadDays.sum(histogramCount)},
	},
	NumMoney: true,
	Derive: func(v *View) Result {
		r := Result{Denominator: v.Sum(1), N: v.Count(1)}
		days, ok := v.Median(2)
		if !ok {
			return r
		}
		shifted := v.Window()
		shifted.To = min(shifted.To, v.AsOf()+1) - event.Day(days)
		shifted.From -= event.Day(days)
		r.Numerator = v.Between(0, shifted)
		r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		return r
	},
}
