package metric

var mqlsNet = Metric{
	ID: "mqls_net", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Leads that were marketing-qualified for the first time in the window and have never been disqualified.",
	Formula:   "count(leads without any lead.disqualified by the day of their first lead.qualified of level mql)",
	Source:    "metric table: marketing-qualified leads, net of disqualified",
	Siblings:  []string{"mqls", "sqls"},
	Ambiguity: "A disqualification counts whenever it comes, also after a second qualification; mqls counts these leads too.",
	Num:       qualified.sum(qualifiedNet),
}
