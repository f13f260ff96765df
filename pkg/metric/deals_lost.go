package metric

var dealsLost = Metric{
	ID: "deals_lost", Version: 1, Unit: Count, Kind: Flow, Direction: Down,
	Sentence: "Deals lost in the window, whatever the reason.",
	Formula:  "count(deals whose final outcome is lost, by the day of the loss)",
	Source:   "metric table: win rate",
	Num:      outcomes.sum(outcomeLost),
}
