package metric

import "weir.dev/weir/pkg/ledger"

// The measures of what recurs: money is kept a year, so that it is exact whatever the interval.
const (
	recurringCustomers uint16 = iota
	recurringSubscriptions
	recurringGross
	recurringGrossRest
	recurringNet
	recurringNetRest
)

// recurring is the customers, the live subscriptions and what they are worth a year, as changes to a stock: what
// an account had on the evening of each day on which it changed.
var recurring = &Group{
	Name:     "recurring",
	Measures: []string{"customers", "subscriptions", "gross", "gross_rest", "net", "net_rest"},
	Own:      []ledger.Dim{ledger.DimPlan},
	Carried:  ofAccount,
	Keep:     byCustomer(),
	Stock:    true,
	Exact:    true,
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		eachChange(a, out.rollups, func(rollup, evening int, was, is *holding) {
			pt := is.point(rollup)
			pt.Day = a.Evenings[evening].Day
			gross, net := is.gross.Minus(was.gross), is.net.Minus(was.net)
			out.addTo(pt, Measure{recurringCustomers, is.customers - was.customers},
				Measure{recurringSubscriptions, is.subscriptions - was.subscriptions},
				Measure{recurringGross, gross.Whole}, Measure{recurringGrossRest, gross.Rest},
				Measure{recurringNet, net.Whole}, Measure{recurringNetRest, net.Rest})
		})
	},
}

// months is how many parts a year's money is told in.
const months = 12

// mrrTerm is the monthly recurring revenue before discounts.
var mrrTerm = Term{Group: recurring, Plus: []uint16{recurringGross}, Money: true, Rest: recurringGrossRest, Per: months}

var mrr = Metric{
	ID: "mrr", Version: 1, Unit: Money, Kind: Stock, Direction: Up,
	Sentence:  "Monthly recurring revenue: what the live subscriptions are worth a month, before discounts and without one-time fees.",
	Formula:   "sum(price · quantity · intervals a year / 12) of subscriptions live at T; a year has 365 days, 52 weeks or 12 months",
	Source:    "metric table: monthly recurring revenue",
	Siblings:  []string{"mrr_net_of_discount", "arr"},
	Ambiguity: "Before discounts; mrr_net_of_discount is after them. A paused subscription still counts. It is what stands at the end of a day, not what was billed.",
	Num:       mrrTerm,
	N:         recurring.sum(recurringSubscriptions),
}
