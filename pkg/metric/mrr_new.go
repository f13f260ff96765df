package metric

var mrrNew = Metric{
	ID: "mrr_new", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "Monthly recurring revenue of customers who had nothing live before, ever.",
	Formula:   "sum of the change of mrr of accounts and days with something live on the evening for the first time",
	Source:    "metric table: monthly recurring revenue, movements",
	Siblings:  []string{"mrr_expansion", "mrr_contraction", "mrr_churned", "mrr_reactivation", "arr_net_new"},
	Ambiguity: "A customer who comes back is mrr_reactivation, however long the absence. new + expansion − contraction − churned + reactivation is the change of mrr over any window, in each currency, in all and under any split: what an account moves between plans, products or segments is contraction of the one and expansion of the other.",
	Num:       movedNew.mrr(),
	N:         movedNew.times(),
}
