package metric

import "weir.dev/weir/pkg/ledger"

// contactCycles is the time from the first contact to the final win, in seconds; unknown where there was none by then.
var contactCycles = &Group{
	Name: "contact_cycles", Measures: []string{"won", "seconds"}, Keep: standard(), Logged: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		o := d.Outcome
		if o == nil || !o.Won {
			return
		}
		pt := Point{Day: o.Day, Dims: o.State.Dims}
		if first, ok := firstContact(d); ok && first <= o.At {
			out.add(pt, histogramOf((o.At-first)/1000)...)
		} else {
			out.add(pt, Measure{histogramUnknown, 1})
		}
	},
}

// firstContact is the instant of the first activity with somebody outside, or of the capture of the lead that the
// deal credits, if that is earlier; ok is false where there is neither.
func firstContact(d *ledger.Deal) (first int64, ok bool) {
	if d.Credit.Captured.Happened {
		first, ok = d.Credit.Captured.At, true
	}
	for i := range d.Activities {
		if a := &d.Activities[i]; !a.Internal() && (!ok || a.At < first) {
			first, ok = a.At, true
		}
	}
	return first, ok
}

var averageSalesCycle = Metric{
	ID: "average_sales_cycle", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down, Mean: true,
	Sentence:  "The mean time from the first contact to the final win of the deals won in the window; missing.first_contact counts those of which no contact before the win is known.",
	Formula:   "mean(won_at − first contact) over deals won in the window; first contact is the deal's first activity that is not internal, or the capture of the lead that it credits",
	Source:    "metric table: average sales cycle",
	Siblings:  []string{"sales_cycle_length"},
	Ambiguity: "The cycle begins before the deal here; sales_cycle_length begins with its creation. Both divide by won deals: the literal reading, won days over all deals, is answered nowhere, since it shrinks with every loss.",
	Num:       contactCycles.sum(histogramCount),
	Missing:   []Gap{{"first_contact", contactCycles.sum(histogramUnknown)}},
}
