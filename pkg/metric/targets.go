package metric

import (
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
)

// The measures of a target, for each kind of period that it may be set for: what is in force, as money or as
// a number in 1/ledger.Scale; the same as it was first set; and that it was set.
const (
	targetAmount uint16 = iota
	targetValue
	targetFirstAmount
	targetFirstValue
	targetSet
	targetMeasures
)

// The kinds of periods, from the finest.
const (
	perMonth uint16 = iota
	perQuarter
	perYear
	perKinds
)

var periodKinds = map[calendar.Kind]uint16{calendar.Month: perMonth, calendar.Quarter: perQuarter, calendar.Year: perYear}

// goals and quotas are what is to be reached, anchored at the first day of the period, on the day on which
// it was set: of what was set for one period, the last is in force. A target belongs to the rollup of whom it
// is set for and to no other: the sum of the owners' is not the team's.
var (
	goals  = targetGroup("goals", []ledger.Dim{ledger.DimMetric}, false)
	quotas = targetGroup("quotas", nil, true)
)

func targetGroup(name string, own []ledger.Dim, quota bool) *Group {
	g := &Group{Name: name, Anchored: true, Own: own, Carried: []ledger.Dim{}}
	for _, per := range [perKinds]string{"month", "quarter", "year"} {
		for _, m := range [targetMeasures]string{"amount", "value", "first_amount", "first_value", "set"} {
			g.Measures = append(g.Measures, per+"_"+m)
		}
	}
	if !quota {
		g.Keep = append(g.Keep, own)
	}
	g.Keep = append(g.Keep, append([]ledger.Dim{ledger.DimOwner}, own...), append([]ledger.Dim{ledger.DimTeam}, own...))
	g.Target = func(_ *ledger.Definition, t *ledger.Target, out *Points) {
		for i := range t.Goals {
			if goal := &t.Goals[i]; (goal.Metric == "") == quota && goal.Days.Days() > 0 {
				setTarget(t, goal, out)
			}
		}
	}
	return g
}

// setTarget adds a target, and takes away the one that it replaces.
func setTarget(t *ledger.Target, goal *ledger.Goal, out *Points) {
	rollup := slices.IndexFunc(out.rollups, func(r Rollup) bool { return targets(t, r) })
	pt := Point{Rollup: int8(rollup), Anchor: goal.Days.From, Day: goal.Day, Dims: t.Dims, Own: Values{goal.Metric}}
	first := periodKinds[goal.Per] * targetMeasures
	if goal.Before < 0 {
		pt.Currency = currencyOfGoal(goal)
		out.addTo(pt, Measure{first + targetAmount, goal.Amount}, Measure{first + targetValue, goal.Value},
			Measure{first + targetFirstAmount, goal.Amount}, Measure{first + targetFirstValue, goal.Value}, Measure{first + targetSet, 1})
		return
	}
	before := &t.Goals[goal.Before]
	pt.Currency = currencyOfGoal(before)
	out.addTo(pt, Measure{first + targetAmount, -before.Amount}, Measure{first + targetValue, -before.Value})
	pt.Currency = currencyOfGoal(goal)
	out.addTo(pt, Measure{first + targetAmount, goal.Amount}, Measure{first + targetValue, goal.Value})
}

func currencyOfGoal(g *ledger.Goal) string {
	if g.Money {
		return g.Currency
	}
	return ""
}

// targets reports whether a rollup is of those whom a target is set for: the tenant, owners or teams.
func targets(t *ledger.Target, r Rollup) bool {
	for _, d := range [...]ledger.Dim{ledger.DimOwner, ledger.DimTeam} {
		if slices.Contains(r.Dims, d) != (t.Dims[d] != "") {
			return false
		}
	}
	return true
}
