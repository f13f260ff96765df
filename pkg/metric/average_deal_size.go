package metric

var averageDealSize = Metric{
	ID: "average_deal_size", Version: 1, Unit: Money, Kind: Fraction, Direction: Up,
	Sentence:  "The mean amount, for twelve months, of the deals won in the window.",
	Formula:   "sum(amount at the win · 12 / term in months) / count(deals won with an amount); a term of up to 12 months, or none, counts whole",
	Source:    "metric table: average deal size, basis annualised",
	Siblings:  []string{"average_deal_size_booked", "median_deal_size", "average_contract_value"},
	Ambiguity: "A deal of several years counts a year's worth here and whole in average_deal_size_booked; median_deal_size is the middle one, and average_contract_value is of signed contracts.",
	Num:       Term{Group: sizes, Plus: []uint16{histogramSum}, Money: true, Rest: histogramRest},
	Den:       sizes.sum(histogramCount),
	Missing:   []Gap{{"amount", sizes.sum(histogramUnknown)}},
}
