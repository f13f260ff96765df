package metric

import (
	"math/big"

	"weir.dev/weir/pkg/ledger"
)

// plannedWins is what deals won by their final outcome were worth, anchored at the planned close that was in
// force at the win.
var plannedWins = &Group{
	Name: "planned_wins", Measures: []string{"won", "amount"}, Anchored: true, Keep: alone(ledger.DimOwner, ledger.DimTeam),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if o := d.Outcome; o != nil && o.Won && o.State.Planned {
			out.add(Point{Anchor: o.State.Plan, Day: o.Day, Dims: o.State.Dims, Currency: currencyOf(&o.State)},
				Measure{0, 1}, Measure{1, o.State.Amount})
		}
	},
}

var pipelineAttainment = Metric{
	ID: "pipeline_attainment", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence: "How much of the pipeline that was to be there for the period is or was there: deals planned for it, open or won by now, over the target for pipeline.",
	Formula:  "sum(amount of deals with their planned close in the period that are open at T, or were won by T) / the goal set for pipeline_attainment, else that for open_pipeline",
	Source:   "named in the text: pipeline attainment",
	Siblings: []string{"pipeline_coverage", "goal_attainment"},
	Ambiguity: "The target is one for pipeline, not for bookings: goal.set with the metric pipeline_attainment, else open_pipeline, else the one that where=metric names. " +
		"pipeline_coverage sets open pipeline against what is missing to the goal for bookings.",
	Targets: []string{"pipeline_attainment", "open_pipeline"}, Standard: true, NumMoney: true, DenMoney: true,
	Inputs: append(goalInputs(goals),
		Input{FlowMonth.money(flowStandingAmount), OverPeriod}, Input{plannedWins.money(1), OverPeriod}),
	Derive: func(v *View) Result {
		period, day := v.PlanPeriod()
		t, ok := v.Target(0, period, false)
		if !ok {
			return Result{Reason: noGoal, Absent: true}
		}
		return v.attained(new(big.Rat).Add(v.Planned(2, day, true), v.Planned(3, day, false)), t)
	},
}
