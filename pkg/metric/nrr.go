package metric

import "math/big"

var nrr = Metric{
	ID: "nrr", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Net revenue retention: what is left of the opening monthly recurring revenue, with expansion; neither new customers nor those who came back count.",
	Formula:   "(opening mrr + mrr_expansion − mrr_contraction − mrr_churned) / opening mrr",
	Source:    "metric table: monthly recurring revenue; fixture",
	Siblings:  []string{"grr", "revenue_churn_rate", "customer_retention_rate"},
	Ambiguity: "It is made of the window's movements, so expansion and churn of customers who came in the window are in it; take short windows where many come.",
	Inputs:    []Input{opening(mrrTerm), opening(recurring.sum(recurringCustomers)), {Term: movedExpansion.mrr()}, {Term: movedContraction.mrr()}, {Term: movedChurned.mrr()}},
	Derive: func(v *View) Result {
		kept := new(big.Rat).Add(v.Sum(0), v.Sum(2))
		kept.Sub(kept, v.Sum(3))
		return shareOfOpening(v, kept.Sub(kept, v.Sum(4)))
	},
	NumMoney: true, DenMoney: true,
}

// shareOfOpening is a part of the opening recurring revenue, which is the first input; the second is the
// customers that it comes from.
func shareOfOpening(v *View, part *big.Rat) Result {
	r := Result{Numerator: part, Denominator: v.Sum(0), N: v.Count(1)}
	if r.Denominator.Sign() != 0 {
		r.Value = new(big.Rat).Quo(part, r.Denominator)
	}
	return r
}
