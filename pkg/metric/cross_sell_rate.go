package metric

import "math/big"

var crossSellRate = Metric{
	ID: "cross_sell_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the accounts that have bought something by the end of the window, the share that bought another product in it; by=product, that one.",
	Formula:   "count(accounts that won, in the window, a deal for a product that they had not bought before, having bought another on an earlier day) / count(accounts with a won deal or a subscription by the window's end)",
	Source:    "metric table: cross-sell",
	Siblings:  []string{"cross_sell_amount"},
	Ambiguity: "Each account counts once in a window, however many products it adds, and by=product once under each of them. Those who have left since are still among the accounts that have bought; active_customers has those who have a subscription. cross_sell_amount is the money.",
	Inputs: []Input{
		{Term: crossBuyers.sum(crossDays).less(crossAgain), Over: OverInside},
		{Term: buyers.sum(0), Over: OverClosing},
	},
	Common:  buyers,
	Missing: []Gap{{"product", crossSales.sum(crossUnknowns)}},
	Derive: func(v *View) Result {
		r := Result{Numerator: v.Sum(0), Denominator: v.Sum(1), N: v.Count(1), Proportion: true}
		if r.N != 0 {
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
}
