package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of opened tickets.
const (
	ticketsOpened uint16 = iota
	ticketsOfNoCustomer
	ticketsBeforeSignup
)

var ticketDims = []ledger.Dim{ledger.DimPriority, ledger.DimCategory, ledger.DimPlan, ledger.DimAccount}

// ticketOn is a point of a ticket on a day, by what its account was.
func ticketOn(t *ledger.Ticket, day event.Day, at *ledger.Setting) Point {
	return Point{Day: day, Dims: at.Dims, Own: Values{t.Priority, t.Category, at.Plan, t.Account}}
}

// opened is the opening of tickets; those of whom nothing or no subscription is known on that day count too.
var opened = &Group{
	Name: "tickets", Measures: []string{"opened", "no_customer", "before_signup"},
	Own: ticketDims, Keep: standard(ticketDims...),
	Ticket: func(_ *ledger.Definition, t *ledger.Ticket, out *Points) {
		if t.HasOpening {
			out.add(ticketOn(t, t.Day, &t.Opened), Measure{ticketsOpened, 1}, Measure{ticketsOfNoCustomer, one(!t.Opened.Customer)},
				Measure{ticketsBeforeSignup, one(!t.Opened.SignedUp)})
		}
	},
}

var ticketVolume = Metric{
	ID: "tickets_opened", Version: 1, Unit: Count, Kind: Flow, Direction: Down,
	Sentence: "Tickets opened in the window; missing.subscription are those of accounts without a live subscription on that day, missing.signup those of " +
		"accounts of which nothing was told by then.",
	Formula:  "count(tickets by the day of their first ticket.opened)",
	Source:   "metric table: support ticket volume",
	Siblings: []string{"tickets_per_100_customers", "ticket_backlog", "ticket_resolution_time"},
	Ambiguity: "The number grows with the customers; tickets_per_100_customers does not. A ticket that is opened again is one ticket, and is not counted again. " +
		"Priority and category are those of the opening, plan and segment the account's at that time.",
	Num:     opened.sum(ticketsOpened),
	Missing: []Gap{{"subscription", opened.sum(ticketsOfNoCustomer)}, {"signup", opened.sum(ticketsBeforeSignup)}},
}
