package metric

var winRateNarrow = Metric{
	ID: "win_rate_narrow", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the deals won or lost to a competitor in the window, the share that was won.",
	Formula:   "won / (won + lost to a competitor), by the day of the final outcome; no decision, disqualified and unknown are out",
	Source:    "metric table: win rate, narrow",
	Siblings:  []string{"win_rate", "win_rate_amount", "win_rate_cohort", "competitor_win_rate"},
	Ambiguity: "Losses for no decision, disqualified and unknown ones are left out, so it is higher than win_rate. win_rate_amount weighs by money, win_rate_cohort follows the deals created in the window.",
	Num:       outcomes.sum(outcomeWon),
	Den:       outcomes.sum(outcomeWon, outcomeLostCompetitor),
}
