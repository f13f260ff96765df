package metric

var stalledPipeline = Metric{
	ID: "stalled_pipeline", Version: 1, Unit: Money, Kind: Stock, Direction: Down,
	Sentence:  "The amounts of the open deals that have stalled.",
	Formula:   "sum(amount at T of deals open at T for which any rule of stalled_deals holds on the evening of T)",
	Source:    "metric table: opportunities that have stalled",
	Siblings:  []string{"stalled_deals", "share_stalled"},
	Ambiguity: stallAmbiguity,
	Num:       stalled.money(stalledAmount),
	N:         stalled.sum(stalledPriced),
	Missing:   []Gap{{"amount", stalled.sum(stalledCount).less(stalledPriced)}},
}
