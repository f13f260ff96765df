package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of conversions: those that entered, and for each stage of the tenant's list, by its order,
// those that passed it (a skip and a win pass every open stage), those that entered it themselves, and those
// that are settled: passed it, or ended without.
const (
	pairEntered uint16 = iota
	pairPassed
	pairReached
	pairSettled
)

// onward is a measure of the stage in some place of the list.
func onward(measure uint16, place int) uint16 { return measure + pairSettled*uint16(place) }

// conversions is, for each stage, the deals that entered it, anchored at their first entry, and how far they
// got. What came before the entry counts on the entry's day.
var conversions = &Group{
	Name: "conversions", Measures: []string{"entered", "passed", "reached", "settled"}, Anchored: true,
	Own:  []ledger.Dim{ledger.DimStage},
	Keep: byStage(ledger.DimStage), Moved: true,
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
			pt := Point{Anchor: s.EnterDay, Day: s.EnterDay, Dims: s.EnterDims, Own: Values{s.Stage}}
			out.add(pt, Measure{pairEntered, 1})
			for to := from + 1; to < len(def.Stages); to++ {
				if def.Stages[to].Category != ledger.CategoryLost {
					convert(def, d, pt, to, out)
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

// convert adds that a deal got to a later stage, or ended without.
func convert(def *ledger.Definition, d *ledger.Deal, pt Point, to int, out *Points) {
	passed, reached := arrival(def, d, to)
	settled := passed
	if d.Outcome != nil {
		settled = min(settled, d.Outcome.Day)
	}
	for _, step := range [...]struct {
		day     event.Day
		measure uint16
	}{{passed, pairPassed}, {reached, pairReached}, {settled, pairSettled}} {
		if pt.Day = max(pt.Anchor, step.day); step.day != ledger.Always {
			out.add(pt, Measure{onward(step.measure, to), 1})
		}
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
