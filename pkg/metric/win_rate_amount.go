package metric

var winRateAmount = Metric{
	ID: "win_rate_amount", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the money decided in the window, the share that was won. One large loss outweighs many small wins.",
	Formula:   "amount won / (amount won + amount lost), by the day of the final outcome",
	Source:    "metric table: win rate, by amount",
	Siblings:  []string{"win_rate", "win_rate_narrow", "win_rate_cohort"},
	Ambiguity: "By money, as some CRM reports have it: one large loss outweighs many small wins. win_rate is by count; win_rate_narrow leaves out losses without a competitor; win_rate_cohort follows the deals created in the window.",
	Num:       outcomes.money(outcomeWonAmount),
	Den:       Term{Group: outcomes, Plus: []uint16{outcomeWonAmount, outcomeLostAmount}, Money: true},
	N:         outcomes.sum(outcomeWonPriced, outcomeLostPriced),
	Missing:   []Gap{{"amount", outcomes.sum(outcomeWon, outcomeLost).less(outcomeWonPriced, outcomeLostPriced)}},
}
