package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of open tickets.
const (
	backlogOpen uint16 = iota
	backlogUnopened
	backlogEarly
)

// backlog is the open tickets, as changes to a stock: a ticket counts from the evening of the day on which it
// was opened to that before the day on which it was resolved.
var backlog = &Group{
	Name: "backlog", Measures: []string{"open", "unopened", "early"}, Stock: true,
	Own: ticketDims, Keep: standard(ticketDims...),
	Ticket: func(_ *ledger.Definition, t *ledger.Ticket, out *Points) {
		for i := range t.Open {
			until := ledger.Always
			if t.Open[i].Ended {
				until = t.Open[i].ToDay
			}
			stretches(t.Settings, t.Open[i].FromDay, until, func(at *ledger.Setting, day event.Day, sign int64) {
				out.add(ticketOn(t, day, at), Measure{backlogOpen, sign}, Measure{backlogUnopened, sign * one(!t.HasOpening)},
					Measure{backlogEarly, sign * one(t.Early)})
			})
		}
	},
}

var ticketBacklog = Metric{
	ID: "ticket_backlog", Version: 1, Unit: Count, Kind: Stock, Direction: Down,
	Sentence: "Tickets open at the end of the day; missing.opening are those of which only a reopening is known, missing.resolution those that " +
		"were said to be resolved before they were opened.",
	Formula:  "count(tickets opened or reopened by T, and not resolved since)",
	Source:   "metric table: support ticket volume",
	Siblings: []string{"tickets_opened", "ticket_resolution_time"},
	Ambiguity: "What stands open at the end of the day, not what came in (tickets_opened). Priority and category are those of the opening, plan and segment " +
		"the account's at T.",
	Num:     backlog.sum(backlogOpen),
	Missing: []Gap{{"opening", backlog.sum(backlogUnopened)}, {"resolution", backlog.sum(backlogEarly)}},
}
