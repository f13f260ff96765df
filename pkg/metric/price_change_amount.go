package metric

var priceChangeAmount = Metric{
	ID: "price_change_amount", Version: 1, Unit: Money, Kind: Flow, Direction: Neutral,
	Sentence:  "By how much monthly recurring revenue changed because the same subscription, in the same tier and plan, costs more or less; a cut is negative.",
	Formula:   "sum of (new price − old) · new quantity, a month, over subscriptions live on the evening and on the one before in one tier and plan",
	Source:    "metric table: upsell, price change",
	Siblings:  []string{"upsell_amount", "mrr_expansion"},
	Ambiguity: "Whether a higher price is upsell is open; it is kept apart here. A change of the billing interval is one of the price, where it makes a year dearer or cheaper.",
	Num:       Term{Group: moving, Plus: []uint16{repricedAmount}, Money: true, Rest: repricedRest, Per: months},
	N:         moving.sum(repriced),
}
