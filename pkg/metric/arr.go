package metric

var arr = Metric{
	ID: "arr", Version: 1, Unit: Money, Kind: Stock, Direction: Up,
	Sentence:  "Annual recurring revenue: what the live subscriptions are worth a year, before discounts and without one-time fees.",
	Formula:   "12 · mrr at T",
	Source:    "metric table: annual recurring revenue",
	Siblings:  []string{"mrr", "arr_net_new", "mrr_net_of_discount", "annual_bookings"},
	Ambiguity: "It is what stands at one day, as the trade has it, not what was sold in a calendar year: that is annual_bookings.",
	Num:       Term{Group: recurring, Plus: []uint16{recurringGross}, Money: true, Rest: recurringGrossRest},
	N:         recurring.sum(recurringSubscriptions),
}
