package metric

var bookingsGross = Metric{
	ID: "bookings_gross", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "All bookings in the window, whatever the type of the deal: new, expansion and renewal together.",
	Formula:   "sum(amount at the win) of deals of every type whose final outcome is won, by the day of the win",
	Source:    "metric table: net-new revenue vs gross revenue",
	Siblings:  []string{"bookings", "bookings_new", "arr_net_new"},
	Ambiguity: "Gross stands against net new: bookings_new has the deals of type new alone. bookings is the same number under its other name.",
	Num:       outcomes.money(outcomeWonAmount),
	N:         outcomes.sum(outcomeWonPriced),
	Missing:   []Gap{{"amount", outcomes.sum(outcomeWon).less(outcomeWonPriced)}},
}
