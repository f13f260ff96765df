package metric

var retentionSpend = Metric{
	ID: "retention_spend", Version: 1, Unit: Money, Kind: Flow, Direction: Neutral,
	Sentence:  "What was spent on keeping customers in the window; a sum for several days is spread evenly over them.",
	Formula:   "sum(spend.recorded of the purpose, each day's part by that day)",
	Source:    "metric table: cost per acquisition, spend.recorded",
	Siblings:  []string{"marketing_spend", "sales_spend"},
	Ambiguity: "It is what was recorded for the purpose of retention. marketing_spend and sales_spend are the other purposes.",
	Inputs:    spendOn(spendRetention),
	Derive:    spent,
}
