package metric

var shareReachingDecisionMaker = Metric{
	ID: "share_reaching_decision_maker", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the deals won in the window, the share in which a meeting with a decision-maker was held.",
	Formula:   "count(deals won in the window with a meeting with a participant of role decision_maker) / count(deals won in the window)",
	Source:    "metric table: activities required to reach the decision-maker",
	Siblings:  []string{"activities_to_decision_maker", "days_to_decision_maker"},
	Ambiguity: deciderAmbiguity,
	Num:       deciders.sum(histogramCount),
	Den:       deciders.sum(histogramCount, histogramUnknown),
}
