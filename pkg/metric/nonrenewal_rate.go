package metric

import "math/big"

var nonrenewalRate = Metric{
	ID: "nonrenewal_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Down,
	Sentence:  "Of the renewals due in the window, the share that was lost by the day asked for; missing.immature is the share still open.",
	Formula:   "count(renewals due in the window and lost by T) / count(renewals due in the window)",
	Source:    "metric table: customer churn rate",
	Siblings:  []string{"customer_churn_rate", "revenue_churn_rate", "renewal_rate", "renewals_due"},
	Ambiguity: "Over contracts that were due, where customer_churn_rate is over all customers, due or not. One that is past its day and open is not lost.",
	Inputs: []Input{
		{Term: renewals.sum(renewalDue)}, {Term: renewals.sum(renewalLost)}, {Term: renewals.sum(renewalDue).less(renewalRenewed, renewalLost)},
	},
	Derive: func(v *View) Result {
		r := shareOfCustomers(v, v.Count(1))
		if open := v.Count(2); open > 0 {
			share, _ := big.NewRat(open, r.N).Float64()
			r.Missing = map[string]any{"immature": *fraction(share)}
		}
		return r
	},
}
