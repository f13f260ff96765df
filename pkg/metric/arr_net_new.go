package metric

var arrNetNew = Metric{
	ID: "arr_net_new", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "By how much annual recurring revenue changed in the window.",
	Formula:   "12 · (mrr_new + mrr_expansion + mrr_reactivation − mrr_contraction − mrr_churned)",
	Source:    "metric table: net-new revenue vs gross revenue",
	Siblings:  []string{"bookings_new", "arr", "mrr_new", "mrr_reactivation", "bookings_gross"},
	Ambiguity: "Net new in finance is what came less what went, of subscriptions; bookings_new is what was sold to new customers, of deals.",
	Num:       Term{Group: moving, Plus: []uint16{movedChange}, Money: true, Rest: movedChangeRest},
	N: moving.sum(movedNew.measure(movedCount), movedExpansion.measure(movedCount), movedContraction.measure(movedCount),
		movedChurned.measure(movedCount), movedReactivation.measure(movedCount)),
}
