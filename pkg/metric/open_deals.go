package metric

var openDeals = Metric{
	ID: "open_deals", Version: 1, Unit: Count, Kind: Stock, Direction: Neutral,
	Sentence:  "Deals open at the end of the day.",
	Formula:   "count(deals open at T)",
	Source:    "metric table: opportunities by stage",
	Siblings:  []string{"open_pipeline", "weighted_pipeline"},
	Ambiguity: "It counts deals, with an amount or without; open_pipeline is what they are worth and weighted_pipeline what they are worth by their probability.",
	Num:       open.sum(openCount),
}
