package metric

import "math/big"

var competitorLift = Metric{
	ID: "competitor_lift", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "By how much the narrow win rate of the deals with a competitor differs from that of the deals without one.",
	Formula:   "competitor_win_rate − won / (won + lost to a competitor) over deals with no competitor tagged up to the outcome",
	Source:    "metric table: sales effectiveness by competitor",
	Siblings:  []string{"competitor_win_rate"},
	Ambiguity: rivalAmbiguity + " n is the deals with a competitor; a deal that was lost to a competitor and has no tag is among those without.",
	Inputs: []Input{
		{Term: rivalry.sum(rivalryWon, rivalryLost)},
		{Term: rivalry.sum(rivalryWon)},
		{Term: unrivalled.sum(rivalryWon, rivalryLost)},
		{Term: unrivalled.sum(rivalryWon)},
	},
	Common: unrivalled,
	Derive: func(v *View) Result {
		r := Result{N: v.Count(0)}
		switch {
		case r.N == 0:
			r.Absent = true
		case v.Count(2) == 0:
			r.Reason = "no deal without a competitor was decided"
		default:
			r.Value = new(big.Rat).Sub(big.NewRat(v.Count(1), r.N), big.NewRat(v.Count(3), v.Count(2)))
		}
		return r
	},
}
