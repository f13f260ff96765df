package metric

var leadToCloseRateAny = Metric{
	ID: "lead_to_close_rate_any", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence:  "Of the leads captured in the window, the share with a deal that was closed by the day asked for, won or lost.",
	Formula:   "count(leads captured in the window with a win or a loss by T) / count(leads captured in the window)",
	Source:    "metric table: lead-to-close ratio, closed = any",
	Siblings:  []string{"lead_to_close_rate", "lead_to_close_flow"},
	Ambiguity: "The source says closed and not won: here a loss closes too. lead_to_close_rate takes wins alone.",
	Num:       leadCohorts.sum(leadClosed),
	Den:       leadCohorts.sum(leadCaptured),
}
