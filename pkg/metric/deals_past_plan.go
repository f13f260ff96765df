package metric

var dealsPastPlan = Metric{
	ID: "deals_past_plan", Version: 1, Unit: Count, Kind: Stock, Direction: Down,
	Sentence:  "Open deals whose planned close has passed; missing.plan counts those that have none.",
	Formula:   "count(deals open at T with plan < T)",
	Source:    "metric table: eliminate inaccurate CRM data",
	Siblings:  []string{"share_past_plan"},
	Ambiguity: "A planned close that is today has not passed. It is a number; share_past_plan is the share of all open deals.",
	Num:       open.sum(openPast),
	Missing:   []Gap{{"plan", open.sum(openUnplanned)}},
}
