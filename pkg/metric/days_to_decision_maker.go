package metric

import "weir.dev/weir/pkg/ledger"

// deciderDays is, for won deals in which a decision-maker was met, the seconds from the creation to that meeting.
var deciderDays = &Group{
	Name: "decider_days", Measures: []string{"reached", "seconds"}, Keep: standard(), Logged: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.Outcome == nil || !d.Outcome.Won {
			return
		}
		if n, at := meetsDecider(d); n > 0 {
			out.add(Point{Day: d.Outcome.Day, Dims: d.Outcome.State.Dims}, sinceCreation(d, at)...)
		}
	},
}

var daysToDecisionMaker = Metric{
	ID: "days_to_decision_maker", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence:  "The time from creation to the first meeting with a decision-maker, in the deals won in the window.",
	Formula:   "distribution, over deals won in the window, of the first meeting with a participant of role decision_maker − created_at, in seconds; 0 for one before the creation",
	Source:    "metric table: activities required to reach the decision-maker",
	Siblings:  []string{"activities_to_decision_maker", "share_reaching_decision_maker", "days_to_persona"},
	Ambiguity: deciderAmbiguity,
	Num:       deciderDays.sum(histogramCount),
	Missing:   []Gap{{"creation", deciderDays.sum(histogramUnknown)}},
}
