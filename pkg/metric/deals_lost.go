package metric

var dealsLost = Metric{
	ID: "deals_lost", Version: 1, Unit: Count, Kind: Flow, Direction: Down,
	Sentence:  "Deals lost in the window, whatever the reason.",
	Formula:   "count(deals whose final outcome is lost, by the day of the loss)",
	Source:    "metric table: win rate",
	Ambiguity: "Losses of every kind count, those without a competitor too; win_rate sets them against deals_won. A deal that was reopened later is not lost, unless asked for as known before.",
	Num:       outcomes.sum(outcomeLost),
}
