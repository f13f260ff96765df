package metric

var averageContractValue = Metric{
	ID: "average_contract_value", Version: 1, Unit: Money, Kind: Fraction, Direction: Up,
	Sentence:  "What a year of the contracts signed in the window is worth on average, without one-time fees; missing.short_term counts those of less than a year, of which less than that was signed.",
	Formula:   "sum((amount − one_time) · 12 / term in months) / count(contract.signed), the last day included in the term",
	Source:    "metric table: average annual contract value",
	Siblings:  []string{"average_deal_size"},
	Ambiguity: "A contract of six months counts for twice its amount, as the definition divides by years. Deals that were won, with or without a contract, are in average_deal_size.",
	Num:       Term{Group: contracts, Plus: []uint16{contractYearly}, Money: true, Rest: contractYearlyRest},
	Den:       contracts.sum(contractSigned),
	Missing:   []Gap{{"short_term", contracts.sum(contractShort)}},
}
