package metric

var sqls = Metric{
	ID: "sqls", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Leads that were sales-qualified for the first time in the window, whether marketing had qualified them or not.",
	Formula:   "count(leads by the day of their first lead.qualified of level sql)",
	Source:    "metric table: marketing-qualified leads, level sql",
	Siblings:  []string{"mqls", "mqls_net"},
	Ambiguity: "It is the level that the event names; mqls is the other one. A lead may count in both.",
	Num:       qualified.sum(qualifiedSQL),
}
