package metric

var leadToCloseRate = Metric{
	ID: "lead_to_close_rate", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence:  "Of the leads captured in the window, the share whose deal was won by the day asked for; a deal credits one lead.",
	Formula:   "count(leads captured in the window with a win by T) / count(leads captured in the window)",
	Source:    "metric table: lead-to-close ratio",
	Siblings:  []string{"lead_to_close_rate_any", "lead_to_close_flow"},
	Ambiguity: "Closed means won here; lead_to_close_rate_any takes losses too, and lead_to_close_flow divides two flows of one window. Its inverse is the leads that a win takes.",
	Num:       leadCohorts.sum(leadWon),
	Den:       leadCohorts.sum(leadCaptured),
}
