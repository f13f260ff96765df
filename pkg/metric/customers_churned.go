package metric

import "math/big"

var customersChurned = Metric{
	ID: "customers_churned", Version: 1, Unit: Count, Kind: Flow, Direction: Down,
	Sentence:  "Customers of the day before the month, quarter or year who are none on its last day, or on the day asked for.",
	Formula:   "count(accounts active at s and not at e)",
	Source:    "metric table: customer churn",
	Siblings:  []string{"customer_churn_rate", "mrr_churned_customers", "mrr_churned", "active_customers"},
	Ambiguity: "Who came and left within the period was never one of those at its start; who left and came back is not churned. By plan or product, they count where they were before the period.",
	Inputs:    leftInputs(leftCount),
	Derive: func(v *View) Result {
		n := v.Count(left(v, 0))
		return Result{Value: new(big.Rat).SetInt64(n), N: n}
	},
	Standard: true,
}
