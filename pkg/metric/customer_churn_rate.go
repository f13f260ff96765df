package metric

import "math/big"

var customerChurnRate = Metric{
	ID: "customer_churn_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Down,
	Sentence:  "Of the customers of the day before the month, quarter or year, the share who are none on its last day, or on the day asked for; missing.immature is the share of the period still to come.",
	Formula:   "count(accounts active at s and not at e) / count(accounts active at s)",
	Source:    "metric table: customer churn rate",
	Siblings:  []string{"nonrenewal_rate", "revenue_churn_rate", "customer_retention_rate", "customers_churned"},
	Ambiguity: "Churn of customers over the opening customers; nonrenewal_rate is over contracts that were due, revenue_churn_rate in money. There are no days of grace: who is not active on the last day is gone.",
	Inputs:    openingAndLeft,
	Derive: func(v *View) Result {
		r := shareOfCustomers(v, v.Count(left(v, 1)))
		r.Missing = v.immature()
		return r
	},
	Standard: true,
}

// openingAndLeft are the customers before a standard period, and those of them who left, for each kind of it.
var openingAndLeft = append([]Input{opening(recurring.sum(recurringCustomers))}, leftInputs(leftCount)...)

// shareOfCustomers is so many of the opening customers, which are the first input.
func shareOfCustomers(v *View, n int64) Result {
	r := Result{Numerator: new(big.Rat).SetInt64(n), Denominator: v.Sum(0), N: v.Count(0), Proportion: true}
	if r.N != 0 {
		r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
	}
	return r
}
