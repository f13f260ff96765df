package metric

var pipelineGeneratedAmount = Metric{
	ID: "pipeline_generated_amount", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "What the deals created in the window were worth at their creation; by=level by the highest level that their lead had by then.",
	Formula:   "sum(amount at the creation) of deals by the day of deal.created",
	Source:    "metric table: pipeline generation",
	Siblings:  []string{"pipeline_generated_count"},
	Ambiguity: "The amount is that at the creation: growth belongs to the pipeline flow. pipeline_generated_count counts the deals.",
	Num:       created.money(createdAmount),
	N:         created.sum(createdPriced),
	Missing:   []Gap{{"amount", created.sum(createdAll).less(createdPriced)}},
}
