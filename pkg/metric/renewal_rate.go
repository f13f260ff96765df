package metric

var renewalRate = Metric{
	ID: "renewal_rate", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence:  "Of the renewals due in the window, the share that was renewed by the day asked for; missing.immature is the share still open.",
	Formula:   "count(renewals due in the window and renewed by T) / count(renewals due in the window)",
	Source:    "metric table: customer churn rate, over renewals due; fixture",
	Siblings:  []string{"renewal_rate_amount", "renewal_rate_amount_by_close", "nonrenewal_rate", "renewals_due", "customer_retention_rate"},
	Ambiguity: "By number and by due day; renewal_rate_amount is by money. One that is open is not renewed, and not yet lost: renewal_rate, nonrenewal_rate and missing.immature add up to 1.",
	Num:       renewals.sum(renewalRenewed),
	Den:       renewals.sum(renewalDue),
	Open:      renewals.sum(renewalDue).less(renewalRenewed, renewalLost),
}
