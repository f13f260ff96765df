package metric

var renewalRateAmount = Metric{
	ID: "renewal_rate_amount", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence:  "What the renewals due in the window were renewed for by the day asked for, over what was due; missing.immature is the share still open.",
	Formula:   "sum(amount renewed by T of renewals due in the window) / sum(amount due in the window)",
	Source:    "fixture: renewals by due month",
	Siblings:  []string{"renewal_rate", "renewal_rate_amount_by_close"},
	Ambiguity: "By due day, so that a renewal closed late counts where it was due; renewal_rate_amount_by_close sets what was closed in the window against what was due in it. It passes 1 where renewals are for more than was due.",
	Num:       renewals.money(renewalRenewedAmount),
	Den:       renewals.money(renewalDueAmount),
	N:         renewals.sum(renewalDue),
	Open:      Term{Group: renewals, Plus: []uint16{renewalDueAmount}, Minus: []uint16{renewalSettledAmount}, Money: true},
}
