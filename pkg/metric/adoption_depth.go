package metric

import (
	"math/big"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of seats and of those who use them.
const (
	seatsSold uint16 = iota
	usersActive
	usersSeated
	usersUnseated
	usersOfNoCustomer
)

// seats is the seats of live subscriptions, and the users that were active in the last 28 days, as changes to
// stocks: by whether their account has seats, subscriptions without any, or no subscription.
var seats = &Group{
	Name: "seats", Measures: []string{"seats", "active", "seated", "unseated", "no_customer"}, Stock: true,
	Own: []ledger.Dim{ledger.DimPlan, ledger.DimAccount}, Keep: standard(ledger.DimPlan, ledger.DimAccount),
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		same := func(e, next *ledger.Evening) bool { return e.Seats() == next.Seats() && sameAccount(e, next) }
		runs(a, func(e *ledger.Evening) bool { return e.Seats() > 0 }, same, func(e *ledger.Evening, day event.Day, sign int64) {
			out.add(Point{Day: day, Dims: e.Dims, Own: Values{e.Plan(), a.ID}}, Measure{seatsSold, sign * e.Seats()})
		})
	},
	User: func(_ *ledger.Definition, u *ledger.Usage, out *Points) {
		for _, s := range u.Active {
			stretches(u.Settings, s.From, s.To, func(at *ledger.Setting, day event.Day, sign int64) {
				out.add(Point{Day: day, Dims: at.Dims, Own: Values{at.Plan, u.Account}}, Measure{usersActive, sign},
					Measure{usersSeated, sign * one(at.Seated)}, Measure{usersUnseated, sign * one(at.Customer && !at.Seated)},
					Measure{usersOfNoCustomer, sign * one(!at.Customer)})
			})
		}
	},
}

var adoptionDepth = Metric{
	ID: "adoption_depth", Version: 1, Unit: Ratio, Kind: Stock, Direction: Up,
	Sentence: "Of the seats of live subscriptions, the share that is used: users active in the last 28 days, of accounts with seats. missing.seats are active users " +
		"of customers whose subscriptions name no seats, missing.subscription those of accounts without a live subscription.",
	Formula:   "count(users of accounts with seats at T, active in (T − 28 days, T]) / seats of subscriptions live at T",
	Source:    "metric table: product adoption",
	Siblings:  []string{"adoption_breadth", "active_users"},
	Ambiguity: "How many use it, not how much of it (adoption_breadth). Seats are those at T, not their mean over the window. It passes 1 where more people use it than have seats.",
	Inputs:    []Input{{Term: seats.sum(usersSeated)}, {Term: seats.sum(seatsSold)}},
	Missing:   []Gap{{"seats", seats.sum(usersUnseated)}, {"subscription", seats.sum(usersOfNoCustomer)}},
	Derive: func(v *View) Result {
		active, sold := v.Count(0), v.Count(1)
		r := Result{Numerator: big.NewRat(active, 1), Denominator: big.NewRat(sold, 1), N: sold, Proportion: true}
		if sold > 0 {
			r.Value = big.NewRat(active, sold)
		}
		return r
	},
}
