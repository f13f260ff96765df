package metric

var salesSpend = Metric{
	ID: "sales_spend", Version: 1, Unit: Money, Kind: Flow, Direction: Neutral,
	Sentence:  "What was spent on sales in the window; a sum for several days is spread evenly over them.",
	Formula:   "sum(spend.recorded of the purpose, each day's part by that day)",
	Source:    "metric table: cost per acquisition, spend.recorded",
	Siblings:  []string{"marketing_spend", "retention_spend"},
	Ambiguity: "It is what was recorded for the purpose of sales: salaries count where they are recorded. marketing_spend and retention_spend are the other purposes.",
	Inputs:    spendOn(spendSales),
	Derive:    spent,
}
