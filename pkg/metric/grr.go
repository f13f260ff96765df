package metric

import "math/big"

var grr = Metric{
	ID: "grr", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Gross revenue retention: what is left of the opening monthly recurring revenue, without any expansion.",
	Formula:   "(opening mrr − mrr_contraction − mrr_churned) / opening mrr",
	Source:    "metric table: monthly recurring revenue; fixture",
	Siblings:  []string{"nrr", "revenue_churn_rate", "customer_retention_rate", "mrr_contraction"},
	Ambiguity: "It is made of the window's movements, so contraction and churn of customers who came in the window are in it. 1 − grr is what others call gross revenue churn; revenue_churn_rate leaves contraction out.",
	Inputs:    []Input{opening(mrrTerm), opening(recurring.sum(recurringCustomers)), {Term: movedContraction.mrr()}, {Term: movedChurned.mrr()}},
	Derive: func(v *View) Result {
		kept := new(big.Rat).Sub(v.Sum(0), v.Sum(2))
		return shareOfOpening(v, kept.Sub(kept, v.Sum(3)))
	},
	NumMoney: true, DenMoney: true,
}
