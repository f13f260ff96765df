package metric

var winRate = Metric{
	ID: "win_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the deals decided in the window, the share that was won, by count, losses of every kind included.",
	Formula:   "won / (won + lost of any kind), by the day of the final outcome",
	Source:    "metric table: win rate, broad",
	Siblings:  []string{"win_rate_narrow", "win_rate_amount", "win_rate_cohort", "opportunities_to_close_ratio", "win_rate_by_meetings"},
	Ambiguity: "Broad and by count: every loss counts. win_rate_narrow leaves out losses without a competitor, win_rate_amount weighs by money, and win_rate_cohort follows the deals created in the window, open ones included.",
	Num:       outcomes.sum(outcomeWon),
	Den:       outcomes.sum(outcomeWon, outcomeLost),
}
