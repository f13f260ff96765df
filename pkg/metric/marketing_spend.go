package metric

var marketingSpend = Metric{
	ID: "marketing_spend", Version: 1, Unit: Money, Kind: Flow, Direction: Neutral,
	Sentence:  "What was spent on marketing in the window; a sum for several days is spread evenly over them.",
	Formula:   "sum(spend.recorded of the purpose, each day's part by that day)",
	Source:    "metric table: cost per acquisition, spend.recorded",
	Siblings:  []string{"sales_spend", "retention_spend"},
	Ambiguity: "Sales and retention spend are other ids: marketing_spend alone goes into cost_per_acquisition and cost_per_lead, sales_spend also into customer_acquisition_cost, retention_spend into customer_retention_cost.",
	Inputs:    spendOn(spendMarketing),
	Derive:    spent,
}
