package metric

import "weir.dev/weir/pkg/ledger"

// closings is what renewals were renewed for, on the day of it.
var closings = &Group{
	Name: "renewal_closings", Measures: []string{"renewed", "renewed_amount"},
	Own: []ledger.Dim{ledger.DimPlan}, Carried: ofAccount, Keep: byCustomer(),
	Renewal: func(_ *ledger.Definition, r *ledger.Renewal, out *Points) {
		if r.Announced && r.Renewed {
			out.add(Point{Day: r.Closed, Dims: r.Dims, Own: Values{r.Plan}, Currency: r.WorthIn}, Measure{0, 1}, Measure{1, r.Worth})
		}
	},
}

var renewalRateAmountByClose = Metric{
	ID: "renewal_rate_amount_by_close", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "What was renewed in the window, whenever it was due, over what was due in it.",
	Formula:   "sum(amount of renewals renewed in the window) / sum(amount due in the window)",
	Source:    "fixture: renewals by close month",
	Siblings:  []string{"renewal_rate_amount", "renewal_rate"},
	Ambiguity: "Two flows: what is closed late or early falls into another window than it was due in, and lifts or lowers it; renewal_rate_amount keeps both together.",
	Num:       closings.money(1),
	Den:       renewals.money(renewalDueAmount),
	N:         renewals.sum(renewalDue),
}
