package metric

var bookingsNew = Metric{
	ID: "bookings_new", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "Bookings of deals of type new: what new customers bought, without expansion and renewal.",
	Formula:   "sum(amount at the win) of deals of type new whose final outcome is won, by the day of the win",
	Source:    "metric table: net-new revenue vs gross revenue",
	Siblings:  []string{"bookings", "arr_net_new", "bookings_gross"},
	Ambiguity: "New is the type that the deal says. Net new ARR, which adds expansion and takes off churn, is arr_net_new; bookings and bookings_gross have every type.",
	Num:       outcomes.money(outcomeNewAmount),
	N:         outcomes.sum(outcomeNewPriced),
	Missing:   []Gap{{"amount", outcomes.sum(outcomeNew).less(outcomeNewPriced)}},
}
