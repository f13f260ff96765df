package metric

var winRate = Metric{
	ID: "win_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence: "Of the deals decided in the window, the share that was won, by count, losses of every kind included.",
	Formula:  "won / (won + lost of any kind), by the day of the final outcome",
	Source:   "metric table: win rate, broad",
	Siblings: []string{"win_rate_narrow", "win_rate_amount", "win_rate_cohort"},
	Num:      outcomes.sum(outcomeWon),
	Den:      outcomes.sum(outcomeWon, outcomeLost),
}
