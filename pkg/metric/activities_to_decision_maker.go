package metric

import "weir.dev/weir/pkg/ledger"

// deciders is, for won deals, how many meetings it took to meet a decision-maker; unknown where none was met.
var deciders = &Group{
	Name: "deciders", Measures: []string{"reached", "meetings"}, Keep: standard(), Logged: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.Outcome == nil || !d.Outcome.Won {
			return
		}
		pt := Point{Day: d.Outcome.Day, Dims: d.Outcome.State.Dims}
		if n, _ := meetsDecider(d); n > 0 {
			out.add(pt, histogramOf(n)...)
		} else {
			out.add(pt, Measure{histogramUnknown, 1})
		}
	},
}

// deciderAmbiguity is what the names leave open.
const deciderAmbiguity = "A role that was set for a contact counts for the meetings before it, as a correction, which known= shows; a role that an " +
	"activity gives its participant counts for that activity. Meetings are those logged, none of them internal, up to the win."

var activitiesToDecisionMaker = Metric{
	ID: "activities_to_decision_maker", Version: 1, Unit: Count, Kind: Quantile, Direction: Down,
	Sentence:  "How many meetings it took, in the deals won in the window, until a decision-maker took part.",
	Formula:   "distribution, over deals won in the window, of count(meetings up to and including the first with a participant of role decision_maker)",
	Source:    "metric table: activities required to reach the decision-maker",
	Siblings:  []string{"days_to_decision_maker", "share_reaching_decision_maker", "days_to_persona"},
	Ambiguity: deciderAmbiguity + " Won deals in which no decision-maker took part are missing.decision_maker.",
	Num:       deciders.sum(histogramCount),
	Missing:   []Gap{{"decision_maker", deciders.sum(histogramUnknown)}},
}
