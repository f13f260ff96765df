package metric

var crossSellAmount = Metric{
	ID: "cross_sell_amount", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "What customers spent in the window on deals for products that they did not have before.",
	Formula:   "sum(amount at the win) of deals won in the window whose account had bought something on an earlier day, by a deal or a subscription, and never this product; missing.product counts those of which that is not known",
	Source:    "metric table: cross-sell",
	Siblings:  []string{"cross_sell_rate", "mrr_expansion", "upsell_amount"},
	Ambiguity: "What is new to the account goes by the product that the deal names, not by its type, and needs the deal's account. cross_sell_rate counts customers instead of money.",
	Num:       crossSales.money(crossAmount),
	N:         crossSales.sum(crossPriced),
	Missing: []Gap{
		{"amount", crossSales.sum(crossDeals).less(crossPriced)},
		{"product", crossSales.sum(crossUnknowns)},
	},
}
