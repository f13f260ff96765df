package metric

var costPerLead = Metric{
	ID: "cost_per_lead", Version: 1, Unit: Money, Kind: Fraction, Direction: Down,
	Sentence:  "Marketing spend of the window per marketing lead captured in it: per lead with a campaign.",
	Formula:   "sum(marketing spend) / count(leads with a campaign by the day of their capture)",
	Source:    "metric table: cost per lead",
	Siblings:  []string{"cost_per_acquisition"},
	Ambiguity: "Organic leads, those without a campaign, are left out, or it would fall for free. cost_per_acquisition is per customer won.",
	NumMoney:  true,
	Inputs:    []Input{{Term: spend.money(spendMarketing)}, {Term: captures.sum(captureMarketing)}},
	Derive:    flowRatio,
}
