package metric

var bookings = Metric{
	ID: "bookings", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "What the deals won in the window were worth when they were won: bookings, not billings and not recognised revenue.",
	Formula:   "sum(amount at the win) of deals whose final outcome is won, by the day of the win",
	Source:    "metric table: sales revenue",
	Siblings:  []string{"bookings_new", "annual_bookings", "annual_bookings_fiscal", "bookings_gross", "deals_won", "in_period_bookings_created", "in_period_bookings_unplanned"},
	Ambiguity: "Revenue may be bookings, billings or recognised revenue: a CRM knows bookings. They are placed by the day of the win, not by the planned close. bookings_new has new customers alone, bookings_gross is the same number under its other name, annual_bookings and annual_bookings_fiscal are of a year, and in_period_bookings_created and in_period_bookings_unplanned are the parts that were not in the pipeline before.",
	Num:       outcomes.money(outcomeWonAmount),
	N:         outcomes.sum(outcomeWonPriced),
	Missing:   []Gap{{"amount", outcomes.sum(outcomeWon).less(outcomeWonPriced)}},
}
