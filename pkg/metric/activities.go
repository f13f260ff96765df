package metric

import "weir.dev/weir/pkg/ledger"

// activity is what was done with people outside, for deals, leads and accounts; deleting a deal does
// not undo it.
var activity = &Group{
	Name: "activities", Measures: []string{"activities"}, Logged: true,
	Own:  []ledger.Dim{ledger.DimKind, ledger.DimDirection},
	Keep: append(standard(), []ledger.Dim{ledger.DimKind, ledger.DimDirection}, []ledger.Dim{ledger.DimOwner, ledger.DimKind, ledger.DimDirection}),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.Into == "" {
			logged(d.Activities[d.Settled.Activities:], out)
		}
	},
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if !l.Gone {
			logged(l.Activities, out)
		}
	},
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) { logged(a.Activities, out) },
}

func logged(list []ledger.Activity, out *Points) {
	for i := range list {
		if a := &list[i]; !a.Internal() {
			out.add(Point{Day: a.Day, Dims: a.Dims, Own: Values{a.Kind, a.Direction}}, Measure{0, 1})
		}
	}
}

var activities = Metric{
	ID: "activities", Version: 1, Unit: Count, Kind: Flow, Direction: Up,
	Sentence:  "Calls, mails, meetings and other activities logged in the window, internal ones left out.",
	Formula:   "count(activity.logged that is not internal, by its local day)",
	Source:    "metric table: activity by day",
	Ambiguity: "On the day on which it happened; a scheduled one counts once it is logged. GET /v1/activity shows changes of stage and campaign events beside it.",
	Num:       activity.sum(0),
}
