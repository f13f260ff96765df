package metric

import "weir.dev/weir/pkg/calendar"

// Why metrics of goals have no value.
const (
	noGoal   = "no goal is set for all of these days"
	noActual = "the metric that the goal is for has no value"
)

// goalInputs is what the goals that are in force are read from.
func goalInputs(of *Group) []Input {
	var amounts, set []uint16
	for per := range perKinds {
		amounts = append(amounts, per*targetMeasures+targetAmount)
		set = append(set, per*targetMeasures+targetSet)
	}
	return []Input{{Term: Term{Group: of, Plus: amounts, Money: true}, Over: OverPlan}, {Term: of.sum(set...), Over: OverPlan}}
}

var goalAttainment = Metric{
	ID: "goal_attainment", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence: "How much of the goal was reached: bookings of the window so far over the goal that is in force for it; where=metric:id asks of another metric.",
	Formula:  "the metric's own answer over the window up to T / the last goal set by T for the window, prorated by days where the window is shorter than the period",
	Source:   "metric table: performance to goal",
	Siblings: []string{"goal_pace", "quota_attainment", "pipeline_attainment"},
	Ambiguity: "The goal is that of the whole window, not of the part so far: goal_pace is the share to be expected by now. The goal as it was first set stands beside " +
		"it as original. quota_attainment sums what is set for owners; a goal belongs to whom it is set for alone.",
	Targets: []string{"bookings"},
	Inputs:  goalInputs(goals),
	Actual:  func(_ *Question, days calendar.Span) []calendar.Span { return []calendar.Span{days} },
	Derive: func(v *View) Result {
		actual, of := v.Actual(v.Window())
		t, ok := v.Target(0, v.Window(), v.Whole())
		if !ok {
			return Result{Reason: noGoal, Absent: true}
		}
		r := v.attained(actual, t)
		r.Missing = of.Missing
		return r
	},
}
