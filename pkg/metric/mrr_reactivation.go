package metric

var mrrReactivation = Metric{
	ID: "mrr_reactivation", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "Monthly recurring revenue of customers who came back: something is live again.",
	Formula:   "sum of the change of mrr of accounts and days with nothing live on the evening before, something on the evening, and something live earlier",
	Source:    "metric table: monthly recurring revenue, movements",
	Siblings:  []string{"mrr_new", "mrr_expansion", "mrr_contraction", "mrr_churned", "arr_net_new"},
	Ambiguity: "There is no time after which who comes back counts as new. new + expansion − contraction − churned + reactivation is the change of mrr over any window, in each currency, in all and under any split: what an account moves between plans, products or segments is contraction of the one and expansion of the other.",
	Num:       movedReactivation.mrr(),
	N:         movedReactivation.times(),
}
