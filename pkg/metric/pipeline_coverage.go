package metric

import (
	"math/big"

	"weir.dev/weir/pkg/calendar"
)

var pipelineCoverage = Metric{
	ID: "pipeline_coverage", Version: 1, Unit: Ratio, Kind: Stock, Direction: Up,
	Sentence: "How often the open pipeline planned for the period would fill what is missing to its goal. The period is the window where that is a month, a quarter or a year, else the fiscal quarter of the day.",
	Formula:  "sum(amount of deals open at T with their planned close in the period) / (goal for bookings − bookings of the period up to T); null where the goal is met",
	Source:   "metric table: pipeline health assessment, coverage",
	Siblings: []string{"pipeline_attainment"},
	Ambiguity: "It sets open pipeline against what is still missing, and a good one is 1 / win rate rather than a fixed 3. " +
		"pipeline_attainment adds what was won and sets it against a target for pipeline.",
	Targets: []string{"bookings"}, NumMoney: true, DenMoney: true,
	Inputs: append(goalInputs(goals),
		Input{FlowMonth.money(flowStandingAmount), OverPeriod}, Input{FlowMonth.sum(flowStandingCount), OverPeriod}),
	Actual: func(q *Question, days calendar.Span) []calendar.Span {
		period := q.planPeriod(days)
		return []calendar.Span{{From: period.From, To: min(days.To, period.To)}}
	},
	Derive: func(v *View) Result {
		period, day := v.PlanPeriod()
		r := Result{Numerator: v.Planned(2, day, true), N: v.Planned(3, day, true).Num().Int64()}
		t, ok := v.Target(0, period, v.Whole())
		if !ok {
			r.Reason, r.Absent = noGoal, r.N == 0
			return r
		}
		actual, of := v.Actual(calendar.Span{From: period.From, To: min(day+1, period.To)})
		if r.Missing = of.Missing; actual == nil {
			r.Reason = noActual
			return r
		}
		r.Denominator, r.Original = new(big.Rat).Sub(t.Value, actual), new(big.Rat).Sub(t.Original, actual)
		if r.Denominator.Sign() <= 0 {
			r.Reason = "the goal is met"
			return r
		}
		r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		return r
	},
}
