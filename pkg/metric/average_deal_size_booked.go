package metric

var averageDealSizeBooked = Metric{
	ID: "average_deal_size_booked", Version: 1, Unit: Money, Kind: Fraction, Direction: Up,
	Sentence:  "The mean amount of the deals won in the window, as booked: a multi-year deal counts whole.",
	Formula:   "sum(amount at the win) / count(deals won with an amount)",
	Source:    "metric table: average deal size, basis booked",
	Siblings:  []string{"median_deal_size", "average_deal_size"},
	Ambiguity: "A deal of several years counts whole here, and a year's worth of it in average_deal_size. A mean is pulled up by few large deals; median_deal_size is not. Deals that are won alone: what is open is in none of them.",
	Num:       outcomes.money(outcomeWonAmount),
	Den:       outcomes.sum(outcomeWonPriced),
	Missing:   []Gap{{"amount", outcomes.sum(outcomeWon).less(outcomeWonPriced)}},
}
