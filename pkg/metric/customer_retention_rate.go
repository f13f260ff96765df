package metric

var customerRetentionRate = Metric{
	ID: "customer_retention_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the customers of the day before the month, quarter or year, the share who are customers on its last day, or on the day asked for; missing.immature is the share of the period still to come.",
	Formula:   "1 − customer_churn_rate",
	Source:    "metric table: retention",
	Siblings:  []string{"renewal_rate", "customer_churn_rate", "nrr", "grr", "active_customers", "customer_retention_cost"},
	Ambiguity: "Retention of customers, on the basis of customer_churn_rate; nrr and grr are of revenue, renewal_rate of contracts that were due.",
	Inputs:    openingAndLeft,
	Derive: func(v *View) Result {
		r := shareOfCustomers(v, v.Count(0)-v.Count(left(v, 1)))
		r.Missing = v.immature()
		return r
	},
	Standard: true,
}
