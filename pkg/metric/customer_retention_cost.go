package metric

import "math/big"

var customerRetentionCost = Metric{
	ID: "customer_retention_cost", Version: 1, Unit: Money, Kind: Fraction, Direction: Down,
	Sentence:  "What was spent on retention in the month, quarter or year, for each customer of the day before it who is still one.",
	Formula:   "retention_spend / count(accounts active at s and at e)",
	Source:    "metric table: customer retention cost",
	Siblings:  []string{"retention_contribution", "customer_retention_rate"},
	Ambiguity: "A cost for each customer that was kept; what keeping them brings after all costs, which is called so too, is retention_contribution. Customers who came in the period are not among those kept.",
	Inputs:    append([]Input{{Term: spend.money(spendRetention)}, opening(recurring.sum(recurringCustomers))}, leftInputs(leftCount)...),
	Derive: func(v *View) Result {
		r := Result{Numerator: v.Sum(0), N: v.Count(1) - v.Count(left(v, 2)), Missing: v.immature()}
		r.Denominator = new(big.Rat).SetInt64(r.N)
		if r.N != 0 {
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
	NumMoney: true,
	Standard: true,
}
