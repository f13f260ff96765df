package metric

var shareStalled = Metric{
	ID: "share_stalled", Version: 1, Unit: Ratio, Kind: Stock, Direction: Down,
	Sentence:  "Of all open deals, the share that has stalled by any rule.",
	Formula:   "stalled_deals / count(deals open at T); by=rule, under each rule / count of all of them",
	Source:    "metric table: pipeline health",
	Siblings:  []string{"stalled_deals", "stalled_pipeline", "share_no_next_step", "share_past_plan"},
	Ambiguity: stallAmbiguity,
	Num:       stalled.sum(stalledCount),
	Den:       open.sum(openCount),
	Common:    open,
}
