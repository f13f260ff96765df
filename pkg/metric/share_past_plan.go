package metric

var sharePastPlan = Metric{
	ID: "share_past_plan", Version: 1, Unit: Ratio, Kind: Stock, Direction: Down,
	Sentence:  "Of all open deals, with or without a planned close, the share whose planned close has passed; missing.plan counts those without one.",
	Formula:   "count(deals open at T with plan < T) / count(deals open at T)",
	Source:    "metric table: pipeline health",
	Siblings:  []string{"deals_past_plan", "share_no_next_step", "share_stalled"},
	Ambiguity: "Of all open deals, also those without a planned close. deals_past_plan is the number alone.",
	Num:       open.sum(openPast),
	Den:       open.sum(openCount),
	Missing:   []Gap{{"plan", open.sum(openUnplanned)}},
}
