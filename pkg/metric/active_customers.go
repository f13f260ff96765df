package metric

var activeCustomers = Metric{
	ID: "active_customers", Version: 1, Unit: Count, Kind: Stock, Direction: Up,
	Sentence:  "Accounts with a live subscription at the end of the day, also one that is paused or costs nothing.",
	Formula:   "count(accounts with a subscription live at T)",
	Source:    "metric table: retention",
	Siblings:  []string{"customers_churned", "customer_retention_rate"},
	Ambiguity: "A customer with several plans or products is one in all, and one under each of them.",
	Num:       recurring.sum(recurringCustomers),
}
