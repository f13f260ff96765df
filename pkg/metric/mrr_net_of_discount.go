package metric

var mrrNetOfDiscount = Metric{
	ID: "mrr_net_of_discount", Version: 1, Unit: Money, Kind: Stock, Direction: Up,
	Sentence:  "Monthly recurring revenue after discounts.",
	Formula:   "sum(price · (1 − discount) · quantity · intervals a year / 12) of subscriptions live at T",
	Source:    "metric table: monthly recurring revenue, after discount",
	Siblings:  []string{"mrr", "arr"},
	Ambiguity: "After discounts; mrr is before them, and the movements, nrr and grr are of mrr.",
	Num:       Term{Group: recurring, Plus: []uint16{recurringNet}, Money: true, Rest: recurringNetRest, Per: months},
	N:         recurring.sum(recurringSubscriptions),
}
