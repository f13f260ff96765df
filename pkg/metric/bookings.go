package metric

var bookings = Metric{
	ID: "bookings", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence: "What the deals won in the window were worth when they were won: bookings, not billings and not recognised revenue.",
	Formula:  "sum(amount at the win) of deals whose final outcome is won, by the day of the win",
	Source:   "metric table: sales revenue",
	Siblings: []string{"bookings_new"},
	Num:      outcomes.money(outcomeWonAmount),
	N:        outcomes.sum(outcomeWonPriced),
	Missing:  []Gap{{"amount", outcomes.sum(outcomeWon).less(outcomeWonPriced)}},
}
