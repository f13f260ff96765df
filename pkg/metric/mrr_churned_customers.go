package metric

var mrrChurnedCustomers = Metric{
	ID: "mrr_churned_customers", Version: 1, Unit: Money, Kind: Flow, Direction: Down,
	Sentence:  "What the churned customers were worth a month on the day before the month, quarter or year.",
	Formula:   "sum(mrr at s) of accounts active at s and not at e",
	Source:    "metric table: customer churn, and their MRR",
	Siblings:  []string{"customers_churned", "mrr_churned", "revenue_churn_rate"},
	Ambiguity: "mrr_churned counts every departure at what it was worth that day; this is what the customers at the start who are gone had then.",
	Inputs:    append(leftInputs(leftMRR), leftInputs(leftCount)...),
	Derive: func(v *View) Result {
		return Result{Value: v.Sum(left(v, 0)), N: v.Count(left(v, len(leftInputs(leftCount))))}
	},
	Standard: true,
}
