package metric

import "math/big"

var opportunitiesToCloseRatio = Metric{
	ID: "opportunities_to_close_ratio", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Neutral,
	Sentence:  "Deals created in the window for each one decided in it, won or lost: above 1 the backlog grows.",
	Formula:   "count(deals created in the window) / count(deals won or lost in the window)",
	Source:    "metric table: opportunities-to-close ratio",
	Siblings:  []string{"win_rate"},
	Ambiguity: "Closed is won or lost, so this measures backlog, not success; win_rate is the share that was won. Both sides are flows of the same window, so it is no proportion.",
	Inputs: []Input{
		{Term: created.sum(0)},
		{Term: outcomes.sum(outcomeWon, outcomeLost)},
	},
	Derive: func(v *View) Result {
		r := Result{Numerator: v.Sum(0), Denominator: v.Sum(1), N: v.Count(1)}
		if r.N != 0 {
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
}
