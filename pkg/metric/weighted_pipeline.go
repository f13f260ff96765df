package metric

var weightedPipeline = Metric{
	ID: "weighted_pipeline", Version: 1, Unit: Money, Kind: Stock, Direction: Up,
	Sentence:  "The amounts of the open deals, each times its probability: its own, else that of its stage. What is won weighs nothing.",
	Formula:   "sum(amount · probability) of deals open at T",
	Source:    "metric table: opportunities by stage, weighted",
	Siblings:  []string{"open_deals", "open_pipeline"},
	Ambiguity: "A deal's own probability goes before that of its stage; one with neither weighs nothing and is in missing.probability. What is won is not in it. open_pipeline is the same without weights.",
	Num:       Term{Group: open, Plus: []uint16{openWeighted}, Money: true, Rest: openWeightedRest},
	N:         open.sum(openWeighed),
	Missing: []Gap{
		{"amount", open.sum(openCount).less(openPriced)},
		{"probability", open.sum(openCount).less(openWeighed)},
	},
}
