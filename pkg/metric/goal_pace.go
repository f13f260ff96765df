package metric

import "weir.dev/weir/pkg/calendar"

var goalPace = Metric{
	ID: "goal_pace", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Neutral,
	Sentence:  "The share of the goal to be expected by now: the mean share that was reached by the same day of past periods with a goal. goal_attainment is what was reached.",
	Formula:   "mean over the past periods of the window's kind, within three years, of (the metric's own answer from the period's start to its day of the same number / its goal)",
	Source:    "metric table: performance to goal, expected share by now",
	Siblings:  []string{"goal_attainment"},
	Ambiguity: "A straight line is wrong for quarters whose deals close late: this compares with the same relative day. It is what was usual, not what was reached: that is goal_attainment.",
	Targets:   []string{"bookings"}, Standard: true,
	Inputs: goalInputs(goals),
	Actual: func(q *Question, days calendar.Span) (list []calendar.Span) {
		for _, p := range q.pace(days) {
			list = append(list, p.so)
		}
		return list
	},
	Derive: expectedShare,
}
