package metric

import "math/big"

var ticketsPerCustomers = Metric{
	ID: "tickets_per_100_customers", Version: 1, Unit: Count, Kind: Flow, Direction: Down,
	Sentence: "Tickets opened in the window for each hundred customers at its end; missing.subscription are those of accounts without a live subscription on that day, " +
		"missing.signup those of accounts of which nothing was told by then: they count too.",
	Formula:  "100 × count(tickets by the day of their first ticket.opened) / count(accounts with a live subscription on the window's last day, or at T)",
	Source:   "metric table: support ticket volume",
	Siblings: []string{"tickets_opened"},
	Ambiguity: "Per customer at the end of the window, not in its middle or at its start; tickets_opened is the number itself. A ticket is of its account's largest plan, while a customer " +
		"counts under each of its plans.",
	Inputs:  []Input{{opened.sum(ticketsOpened), OverWindow}, {recurring.sum(recurringCustomers), OverClosing}},
	Missing: []Gap{{"subscription", opened.sum(ticketsOfNoCustomer)}, {"signup", opened.sum(ticketsBeforeSignup)}},
	Derive: func(v *View) Result {
		tickets, customers := v.Count(0), v.Count(1)
		r := Result{Numerator: big.NewRat(tickets, 1), Denominator: big.NewRat(customers, 1), N: customers}
		switch {
		case customers > 0:
			r.Value = big.NewRat(100*tickets, customers)
		case tickets > 0:
			r.Reason = "no customers"
		}
		return r
	},
}
