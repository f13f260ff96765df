package metric

var mrrChurned = Metric{
	ID: "mrr_churned", Version: 1, Unit: Money, Kind: Flow, Direction: Down,
	Sentence:  "Monthly recurring revenue of customers on the day on which nothing of theirs was live any more.",
	Formula:   "sum of the fall of mrr of accounts and days with something live on the evening before and nothing on the evening",
	Source:    "metric table: monthly recurring revenue, movements",
	Siblings:  []string{"mrr_new", "mrr_expansion", "mrr_contraction", "mrr_reactivation", "mrr_churned_customers", "revenue_churn_rate", "customers_churned"},
	Ambiguity: "It is told as a positive amount, of every departure, also of who came and left in the window or comes back in it; mrr_churned_customers is that of the customers at the start who are gone at the end. A pause is not an end. new + expansion − contraction − churned + reactivation is the change of mrr over any window, in each currency, in all and under any split: what an account moves between plans, products or segments is contraction of the one and expansion of the other.",
	Num:       movedChurned.mrr(),
	N:         movedChurned.times(),
}
