package metric

var mrrExpansion = Metric{
	ID: "mrr_expansion", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "By how much the monthly recurring revenue of customers grew who were and stayed customers.",
	Formula:   "sum of the rises of mrr, an account and day each, with something live on the evening and on the one before",
	Source:    "metric table: monthly recurring revenue, movements",
	Siblings:  []string{"mrr_new", "mrr_contraction", "mrr_churned", "mrr_reactivation", "upsell_amount", "price_change_amount", "cross_sell_amount"},
	Ambiguity: "Rises and falls of one account on one day are set off against each other; a second subscription is expansion, and so is a higher price: upsell_amount and price_change_amount tell them apart. new + expansion − contraction − churned + reactivation is the change of mrr over any window, in each currency, in all and under any split: what an account moves between plans, products or segments is contraction of the one and expansion of the other.",
	Num:       movedExpansion.mrr(),
	N:         movedExpansion.times(),
}
