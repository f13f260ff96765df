package metric

var pipelineGeneratedCount = Metric{
	ID: "pipeline_generated_count", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Deals created in the window; by=level by the highest level that their lead had by then, unknown without one.",
	Formula:   "count(deals by the day of deal.created)",
	Source:    "metric table: pipeline generation",
	Siblings:  []string{"pipeline_generated_amount", "deals_created"},
	Ambiguity: "Pipeline generation is said of leads added and of money: pipeline_generated_amount is the money. Deals without a lead count, as unknown.",
	Num:       created.sum(createdAll),
}
