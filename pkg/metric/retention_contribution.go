package metric

import "math/big"

var retentionContribution = Metric{
	ID: "retention_contribution", Version: 1, Unit: Money, Kind: Fraction, Direction: Up,
	Sentence: "What the customers who were kept over the month, quarter or year brought in it, less overhead and what was spent on retention.",
	Formula: "(opening mrr − mrr_churned_customers) · months of the period · margin rate − retention_spend: " +
		"purchase value less overhead less retention expenses; null without a margin rate",
	Source:   "metric table: customer retention cost, the source's sample",
	Siblings: []string{"customer_retention_cost"},
	Ambiguity: "The source calls this a cost, and it rises when things go well. Its purchase value is taken as what the kept customers were worth " +
		"on the day before, without expansion, and its overhead as what the margin rate leaves out.",
	Inputs: append(append([]Input{opening(mrrTerm), opening(recurring.sum(recurringCustomers)), {Term: spend.money(spendRetention)}},
		leftInputs(leftCount)...), leftInputs(leftMRR)...),
	Derive: func(v *View) Result {
		r := Result{N: v.Count(1) - v.Count(left(v, 3)), Missing: v.immature()}
		switch {
		case v.Count(1) == 0:
		case v.Margin() == nil:
			r.Reason = noMargin
		default:
			kept := new(big.Rat).Sub(v.Sum(0), v.Sum(left(v, 3+len(leftInputs(leftMRR)))))
			r.Value = new(big.Rat).Sub(marginOver(v, kept, v.Margin()), v.Sum(2))
		}
		return r
	},
	Standard: true,
}
