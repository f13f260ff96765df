package metric

var upsellAmount = Metric{
	ID: "upsell_amount", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "Monthly recurring revenue sold on top to customers of the same product: a higher quantity, tier or plan.",
	Formula:   "sum over accounts, days and products, where positive, of (new quantity − old) · old price, and of the whole change of mrr where tier or plan changed or a subscription of the product came or went",
	Source:    "metric table: upsell",
	Siblings:  []string{"price_change_amount", "mrr_expansion", "cross_sell_amount"},
	Ambiguity: "A higher price for the same is price_change_amount, another product is cross_sell_amount; what became less is in mrr_contraction. It is recurring revenue a month, of subscriptions; bookings of deals of type expansion are in bookings.",
	Num:       Term{Group: moving, Plus: []uint16{upsoldAmount}, Money: true, Rest: upsoldRest, Per: months},
	N:         moving.sum(upsold),
}
