package metric

var dealsMissingAmount = Metric{
	ID: "deals_missing_amount", Version: 1, Unit: Count, Kind: Stock, Direction: Down,
	Sentence: "Open deals that have no amount.",
	Formula:  "count(deals open at T without an amount)",
	Source:   "metric table: eliminate inaccurate CRM data",

	Ambiguity: "open_deals counts those with an amount too.",
	Num:       open.sum(openCount).less(openPriced),
}
