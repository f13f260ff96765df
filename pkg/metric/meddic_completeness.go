package metric

import (
	"math/big"

	"weir.dev/weir/pkg/ledger"
)

var meddicCompleteness = Metric{
	ID: "meddic_completeness", Version: 1, Unit: Ratio, Kind: Stock, Direction: Up,
	Sentence: "Of the six elements of a qualification (MEDDIC), the mean share that is filled over the open deals.",
	Formula:  "sum(elements filled at T of deals open at T) / (6 · count(deals open at T))",
	Source:   "metric table: MEDDIC",
	Ambiguity: "Self-reported: filled is not true. The elements are metrics, economic_buyer, decision_criteria, decision_process, identify_pain and " +
		"champion; one of which nothing was said is not filled.",
	Inputs: []Input{{Term: filled.sum(0)}, {Term: open.sum(openCount)}},
	Derive: func(v *View) Result {
		deals := v.Count(1)
		r := Result{N: deals, Numerator: v.Sum(0), Denominator: big.NewRat(ledger.Elements*deals, 1)}
		if deals > 0 {
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
}
