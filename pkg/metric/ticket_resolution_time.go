package metric

import "weir.dev/weir/pkg/ledger"

// resolutions is how long tickets were open, in seconds, on the day of their last resolution; unknown where the
// opening is. A ticket that was opened again is not resolved until it is.
var resolutions = &Group{
	Name: "resolutions", Measures: []string{"resolved", "seconds"},
	Own: ticketDims, Keep: standard(ticketDims...),
	Ticket: func(_ *ledger.Definition, t *ledger.Ticket, out *Points) {
		switch pt := ticketOn(t, t.End, &t.Closed); {
		case !t.Resolved:
		case t.HasOpening:
			out.add(pt, histogramOf(t.Seconds())...)
		default:
			out.add(pt, Measure{histogramUnknown, 1})
		}
	},
}

var ticketResolutionTime = Metric{
	ID: "ticket_resolution_time", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence: "How long the tickets were open that were resolved in the window, in calendar time; missing.opening are those whose opening is not known.",
	Formula:  "distribution of the sum of a ticket's open spans, by the day of its last resolution",
	Source:   "metric table: support ticket volume",
	Siblings: []string{"ticket_backlog", "tickets_opened"},
	Ambiguity: "The time open, not the time to the first reply, and calendar time, not business hours. A ticket that was opened again is one ticket: its spans are added, " +
		"and it counts on the day of the last resolution. What is still open has no time yet and stands in ticket_backlog.",
	Num:     resolutions.sum(histogramCount),
	Missing: []Gap{{"opening", resolutions.sum(histogramUnknown)}},
}
