package metric

import (
	"math/big"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// Target is what is to be reached in some days: what is in force, and what was set first. Money is in minor
// units of the currency asked for.
type Target struct {
	Value, Original *big.Rat
	N               int64 // of how many targets
}

// planKey is a period that a target may be set for.
type planKey struct {
	per  uint16
	from event.Day
}

// planned is the target of a period.
type planned struct {
	Target
	abroad bool // some of it has no rate
}

// Target is what is to be reached in some days, by the targets of input i, whose days are OverPlan: that of the
// first of the metrics asked for that has one. ok is false where none has for all of the days.
//
// Targets of periods that make up the days exactly go first, those of the longest; else those of the
// shortest that cover the days, prorated by days. A whole one is not prorated: it is that of the last day's
// period.
func (v *View) Target(i int, days calendar.Span, whole bool) (t Target, ok bool) {
	names := v.q.targets
	if len(names) == 0 {
		names = []string{""}
	}
	for _, name := range names {
		plan := v.plan(i, name)
		for _, per := range v.q.perOrder(days) {
			if t, ok = v.q.reach(plan, per, days, whole); ok {
				return t, true
			}
		}
	}
	return t, false
}

// period is the fiscal period of a kind that a day lies in.
func (q *Question) period(per uint16, day event.Day) calendar.Span {
	cal := q.layout.Def.Calendar
	return [perKinds]func(event.Day) calendar.Span{cal.FiscalMonth, cal.FiscalQuarter, cal.FiscalYear}[per](day)
}

// perOrder is the kinds of periods in the order in which their targets are asked for.
func (q *Question) perOrder(days calendar.Span) []uint16 {
	var exact, rest []uint16
	for per := range perKinds {
		if q.period(per, days.From).From == days.From && q.period(per, days.To-1).To == days.To {
			exact = append(exact, per)
		} else {
			rest = append(rest, per)
		}
	}
	slices.Reverse(exact)
	return append(exact, rest...)
}

// reach is the target of some days by those of one kind of period; ok is false where one is not set.
func (q *Question) reach(plan map[planKey]*planned, per uint16, days calendar.Span, whole bool) (t Target, ok bool) {
	t = Target{Value: new(big.Rat), Original: new(big.Rat)}
	if whole {
		days.From = days.To - 1
	}
	for days.From < days.To {
		p := q.period(per, days.From)
		set := plan[planKey{per, p.From}]
		if set == nil || set.N == 0 || set.abroad {
			return t, false
		}
		share := identity
		if !whole {
			share = big.NewRat(int64(min(p.To, days.To)-days.From), int64(p.Days()))
		}
		t.Value.Add(t.Value, new(big.Rat).Mul(set.Value, share))
		t.Original.Add(t.Original, new(big.Rat).Mul(set.Original, share))
		t.N += set.N
		days.From = p.To
	}
	return t, true
}

// plan is the targets of a metric, by period.
func (v *View) plan(i int, name string) map[planKey]*planned {
	plan := map[planKey]*planned{}
	for _, c := range v.s.cells[v.source(i)] {
		if place := slices.Index(c.asked.rollup.Dims, ledger.DimMetric); place >= 0 && c.Values[place] != name {
			continue
		}
		for per := range perKinds {
			key := planKey{per, c.Anchor}
			if plan[key] == nil {
				plan[key] = &planned{Target: Target{Value: new(big.Rat), Original: new(big.Rat)}}
			}
			v.set(plan[key], c, per*targetMeasures)
		}
	}
	return plan
}

// set adds what a cell says of a period. A target of a metric that is money, set as a number, is in major
// units of the tenant's own currency.
func (v *View) set(p *planned, c *cellOf, first uint16) {
	at := func(m uint16) int64 { return c.vector.Get(first + m) }
	p.N += at(targetSet)
	currency, amount, firstAmount := c.Currency, big.NewRat(at(targetAmount), 1), big.NewRat(at(targetFirstAmount), 1)
	if currency == "" {
		currency = v.q.layout.Def.Currency
		unit := ledger.MinorUnits(currency)
		amount, firstAmount = big.NewRat(at(targetValue), ledger.Scale), big.NewRat(at(targetFirstValue), ledger.Scale)
		amount.Mul(amount, unit)
		firstAmount.Mul(firstAmount, unit)
	}
	if amount.Sign() == 0 && firstAmount.Sign() == 0 {
		return
	}
	factor := new(big.Rat).Inv(ledger.MinorUnits(currency))
	if v.q.targetMoney {
		if factor = v.q.factor(money{currency, c.Day}); factor == nil {
			p.abroad = true
			v.leaveOut(currency, amount)
			return
		}
	}
	p.Value.Add(p.Value, amount.Mul(amount, factor))
	p.Original.Add(p.Original, firstAmount.Mul(firstAmount, factor))
}

// leaveOut notes money that has no rate.
func (v *View) leaveOut(currency string, amount *big.Rat) {
	if v.foreign[currency] == nil {
		v.foreign[currency] = new(big.Rat)
	}
	v.foreign[currency].Add(v.foreign[currency], amount)
}

// attained is an actual number over the target of some days.
func (v *View) attained(actual *big.Rat, t Target) Result {
	r := Result{Numerator: actual, Denominator: t.Value, Original: t.Original, N: t.N, Money: v.q.targetMoney}
	switch {
	case t.Value.Sign() == 0:
		r.N, r.Reason = 0, "the goal is 0"
	case actual == nil:
		r.Reason = noActual
	default:
		r.Value = new(big.Rat).Quo(actual, t.Value)
	}
	return r
}
