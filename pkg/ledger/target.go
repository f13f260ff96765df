package ledger

import (
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// Goal is a goal or a quota as it was set.
type Goal struct {
	At       int64
	Day      event.Day
	Metric   string        // empty for a quota
	Period   string        // 2026, 2026-Q1 or 2026-01, fiscal
	Per      calendar.Kind // Month, Quarter or Year
	Days     calendar.Span // of the period; empty where it lies outside the years that are kept
	Before   int           // the place among the goals of the one that it replaces; -1 for the first of its metric and period
	Money    bool
	Currency string // of money
	Amount   int64  // minor units of Currency
	Value    int64  // of a goal that is no money, in units of 1/Scale
}

// Target is what an owner, a team or the tenant is to reach. It is valid until its folder folds again.
type Target struct {
	Goals []Goal // in the order in which they were set: of one metric and period, the last is in force
	Dims  *Dims  // the owner or the team
}

// TargetFolder folds the facts of owners, teams and the tenant, one at a time, in room that it uses again.
type TargetFolder struct {
	target Target
	dims   dimsRoom
	last   map[goalKey]int
}

// goalKey is what a goal is set for.
type goalKey struct{ metric, period string }

// Fold is what the facts of a subject, which must be sorted, add up to as far as they were known by day k.
func (f *TargetFolder) Fold(def *Definition, subject string, facts []Fact, k event.Day) *Target {
	f.dims.reset()
	f.target = Target{Goals: f.target.Goals[:0], Dims: f.dims.none()}
	switch kind := KindOf(subject); kind {
	case KindOwner:
		f.target.Dims = f.dims.with(f.target.Dims, DimOwner, kind.ID(subject))
	case KindTeam:
		f.target.Dims = f.dims.with(f.target.Dims, DimTeam, kind.ID(subject))
	}
	if f.last == nil {
		f.last = map[goalKey]int{}
	}
	clear(f.last)
	for i := range facts {
		fact := &facts[i]
		if (fact.Kind == event.KindQuotaSet || fact.Kind == event.KindGoalSet) && fact.KnownBy(k) {
			f.add(goal(def, fact))
		}
	}
	return &f.target
}

// add adds a goal, in place of the last one for the same.
func (f *TargetFolder) add(g Goal) {
	key := goalKey{g.Metric, g.Period}
	if before, ok := f.last[key]; ok {
		g.Before = before
	} else {
		g.Before = -1
	}
	f.last[key] = len(f.target.Goals)
	f.target.Goals = append(f.target.Goals, g)
}

func goal(def *Definition, fact *Fact) Goal {
	g := Goal{
		At: fact.Time, Day: def.Day(fact.Time), Metric: fact.Text(NameMetric), Period: fact.Text(NamePeriod), Currency: def.Currency,
	}
	g.Per, g.Days = def.Calendar.Period(g.Period)
	if c := fact.Text(NameCurrency); c != "" {
		g.Currency = c
	}
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NameAmount:
			g.Money, g.Amount = true, minor(v.Int, v.Scale, g.Currency)
		case NameValue:
			g.Value = scaled(v)
		}
	}
	return g
}
