package metric

import "math/big"

var dealsMissingRole = Metric{
	ID: "deals_missing_role", Version: 1, Unit: Count, Kind: Stock, Direction: Down,
	Sentence: "Open deals of which nobody has said who plays which part in them.",
	Formula:  "count(deals open at T without a contact.role_set and without an activity that is not internal and gives a participant a role, by T)",
	Source:   "metric table: eliminate inaccurate CRM data",

	Ambiguity: "Any role of anybody is enough; days_to_persona tells how long each role took to be met. open_deals counts those with a role too.",
	Inputs:    []Input{{Term: open.sum(openCount)}, {Term: roled.sum(0)}},
	Derive: func(v *View) Result {
		n := v.Count(0) - v.Count(1)
		return Result{Value: big.NewRat(n, 1), N: n}
	},
}
