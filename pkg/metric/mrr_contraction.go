package metric

var mrrContraction = Metric{
	ID: "mrr_contraction", Version: 1, Unit: Money, Kind: Flow, Direction: Down,
	Sentence:  "By how much the monthly recurring revenue of customers fell who were and stayed customers.",
	Formula:   "sum of the falls of mrr, an account and day each, with something live on the evening and on the one before",
	Source:    "metric table: monthly recurring revenue, movements",
	Siblings:  []string{"mrr_new", "mrr_expansion", "mrr_churned", "mrr_reactivation", "revenue_churn_rate", "grr"},
	Ambiguity: "It is told as a positive amount. The end of one of several subscriptions is contraction, that of the last is mrr_churned. new + expansion − contraction − churned + reactivation is the change of mrr over any window, in each currency, in all and under any split: what an account moves between plans, products or segments is contraction of the one and expansion of the other.",
	Num:       movedContraction.mrr(),
	N:         movedContraction.times(),
}
