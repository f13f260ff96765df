package metric

var openPipeline = Metric{
	ID: "open_pipeline", Version: 1, Unit: Money, Kind: Stock, Direction: Up,
	Sentence:  "The amounts of the deals open at the end of the day.",
	Formula:   "sum(amount) of deals open at T",
	Source:    "metric table: opportunities by stage, sales pipeline",
	Siblings:  []string{"open_deals", "weighted_pipeline", "pipeline_stages"},
	Ambiguity: "The pipeline may be the number of stages, which is pipeline_stages, or money, which is this. A deal without amount adds nothing and is in missing.amount. What is won is in none of them; weighted_pipeline weighs each deal, and open_deals counts them.",
	Num:       open.money(openAmount),
	N:         open.sum(openPriced),
	Missing:   []Gap{{"amount", open.sum(openCount).less(openPriced)}},
}
