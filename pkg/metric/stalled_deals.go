package metric

// stallAmbiguity is what the name leaves open.
const stallAmbiguity = "A deal counts once, however many rules hold; by=rule counts it under each. no_inbound: no inbound activity for 14 days, " +
	"nor opened in them. age_in_stage: longer in its stage than the stage's max_age_days. past_plan: planned close before T. " +
	"rule_a: planned for the month of T, with fewer than 5 meetings. rule_b: planned for the quarter of T, with 4 meetings or more and none ahead. " +
	"Comparisons with won deals are insights, not cells."

var stalledDeals = Metric{
	ID: "stalled_deals", Version: 1, Unit: Count, Kind: Stock, Direction: Down,
	Sentence:  "Open deals in which nothing goes on, or too late: those for which any of five rules holds at the end of the day.",
	Formula:   "count(deals open at T for which no_inbound, age_in_stage, past_plan, rule_a or rule_b holds on the evening of T)",
	Source:    "metric table: opportunities that have stalled",
	Siblings:  []string{"stalled_pipeline", "share_stalled"},
	Ambiguity: stallAmbiguity,
	Num:       stalled.sum(stalledCount),
}
