package metric

var leadToCloseFlow = Metric{
	ID: "lead_to_close_flow", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Deals won in the window over leads captured in it: what most dashboards show. Growth alone makes it fall.",
	Formula:   "count(deals won, with or without a lead) / count(leads captured), both by their own day",
	Source:    "metric table: lead-to-close ratio, flow version",
	Siblings:  []string{"lead_to_close_rate", "lead_to_close_rate_any"},
	Ambiguity: "Two flows of one window, not one group of leads: lead_to_close_rate follows those captured in the window.",
	Inputs:    []Input{{Term: outcomes.sum(outcomeWon)}, {Term: captures.sum(captureAll)}},
	Derive:    flowRatio,
}
