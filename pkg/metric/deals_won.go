package metric

var dealsWon = Metric{
	ID: "deals_won", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Deals won in the window.",
	Formula:   "count(deals whose final outcome is won, by the day of the win)",
	Source:    "metric table: sales revenue, win rate",
	Siblings:  []string{"bookings"},
	Ambiguity: "It counts deals; bookings is what they were worth. A deal that was reopened later is not won, unless asked for as known before.",
	Num:       outcomes.sum(outcomeWon),
}
