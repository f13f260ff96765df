package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of conversions between stages.
const (
	pairEntered uint16 = iota
	pairPassed
	pairReached
)

// conversions is, for each pair of stages in their order, the deals that entered the first, anchored at
// their first entry, and those of them that got to the second: passed it (a skip and a win pass every
// open stage), or entered it themselves. What came before the entry counts on the entry's day.
var conversions = &Group{
	Name: "conversions", Measures: []string{"entered", "passed", "reached"}, Anchored: true,
	Own:  []ledger.Dim{ledger.DimFrom, ledger.DimTo},
	Keep: byStage(ledger.DimFrom, ledger.DimTo),
	Deal: func(def *ledger.Definition, d *ledger.Deal, out *Points) {
		if !d.Counts() {
			return
		}
		for i := range d.Stays {
			s := &d.Stays[i]
			from, listed := def.Order(s.Stage)
			if !listed || enteredBefore(d.Stays[:i], s.Stage) {
				continue
			}
			for to := from + 1; to < len(def.Stages); to++ {
				if def.Stages[to].Category != ledger.CategoryLost {
					convert(def, d, s, to, out)
				}
			}
		}
	},
}

func enteredBefore(stays []ledger.Stay, stage string) bool {
	for i := range stays {
		if stays[i].Stage == stage {
			return true
		}
	}
	return false
}

// convert adds the pair of a stage that was entered and a later one.
func convert(def *ledger.Definition, d *ledger.Deal, s *ledger.Stay, to int, out *Points) {
	pt := Point{Anchor: s.EnterDay, Day: s.EnterDay, Dims: s.EnterDims, Own: [2]string{s.Stage, def.Stages[to].ID}}
	out.add(pt, Measure{pairEntered, 1})
	passed, reached := arrival(def, d, to)
	if passed != ledger.Always {
		pt.Day = max(pt.Anchor, passed)
		out.add(pt, Measure{pairPassed, 1})
	}
	if reached != ledger.Always {
		pt.Day = max(pt.Anchor, reached)
		out.add(pt, Measure{pairReached, 1})
	}
}

// arrival is the days on which a deal first passed and first reached a stage; Always for never.
func arrival(def *ledger.Definition, d *ledger.Deal, to int) (passed, reached event.Day) {
	passed, reached = ledger.Always, ledger.Always
	for i := range d.Stays {
		at, listed := def.Order(d.Stays[i].Stage)
		if listed && at >= to {
			passed = min(passed, d.Stays[i].EnterDay)
		}
		if listed && at == to {
			reached = min(reached, d.Stays[i].EnterDay)
		}
	}
	if o := d.Outcome; o != nil && o.Won {
		passed = min(passed, o.Day)
		if def.Stages[to].Category == ledger.CategoryWon {
			reached = min(reached, o.Day)
		}
	}
	return passed, reached
}

var stageConversionRate = Metric{
	ID: "stage_conversion_rate", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence: "Of the deals that first entered a stage in the window, the share that got to the next one, or to the one of where=to, or beyond.",
	Formula:  "count(deals entering a in the window that reached b or beyond by T) / count(deals entering a in the window); skip=strict wants b itself",
	Source:   "metric table: conversion rate, stage to stage",
	Siblings: []string{"stage_entries"},
	Num:      conversions.sum(pairPassed),
	Den:      conversions.sum(pairEntered),
	Strict:   pairReached,
	Pairs:    true,
}
