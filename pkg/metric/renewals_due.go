package metric

import "weir.dev/weir/pkg/ledger"

// The measures of renewals. What is settled is the amount that was due of those renewed or lost.
const (
	renewalDue uint16 = iota
	renewalDueAmount
	renewalRenewed
	renewalRenewedAmount
	renewalLost
	renewalSettledAmount
)

// renewals is what was due and how it ended, on the day of the end, anchored at the due day. An end before the
// due day counts on it.
var renewals = &Group{
	Name:     "renewals",
	Measures: []string{"due", "due_amount", "renewed", "renewed_amount", "lost", "settled_amount"},
	Own:      []ledger.Dim{ledger.DimPlan},
	Carried:  ofAccount,
	Keep:     byCustomer(),
	Anchored: true,
	Renewal: func(_ *ledger.Definition, r *ledger.Renewal, out *Points) {
		if !r.Announced {
			return
		}
		pt := Point{Day: r.Due, Anchor: r.Due, Dims: r.Dims, Own: Values{r.Plan}, Currency: r.Currency}
		out.add(pt, Measure{renewalDue, 1}, Measure{renewalDueAmount, r.Amount})
		if r.Open() {
			return
		}
		pt.Day = max(r.Due, r.Closed)
		out.add(pt, Measure{renewalLost, one(r.Lost)}, Measure{renewalSettledAmount, r.Amount})
		if r.Renewed {
			pt.Currency = r.WorthIn
			out.add(pt, Measure{renewalRenewed, 1}, Measure{renewalRenewedAmount, r.Worth})
		}
	},
}

var renewalsDue = Metric{
	ID: "renewals_due", Version: 1, Unit: Count, Kind: Flow, Direction: Neutral,
	Sentence:  "Renewals whose due day lies in the window, however they ended.",
	Formula:   "count(renewals by due day, up to T)",
	Source:    "metric table: customer churn rate, nonrenewal_rate over renewals due",
	Siblings:  []string{"renewal_rate", "nonrenewal_rate"},
	Ambiguity: "It counts by the day on which they are due, as said last, not by the day on which they were closed. What is due after as_of is not in it; GET /v1/renewals lists it.",
	Num:       renewals.sum(renewalDue),
}
