package ledger

import (
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// FoldVersion rises whenever the fold of facts into lives, or what entities tell each other, changes:
// state folded by another version is not continued but rebuilt.
const FoldVersion = "4"

// Scale is the unit of probabilities: 10⁻⁹.
const Scale = 1_000_000_000

// Category is what being in a stage means for a deal.
type Category uint8

// A stage is open, or stands for an outcome.
const (
	CategoryOpen Category = iota
	CategoryWon
	CategoryLost
)

// Stage is one stage of a tenant's list.
type Stage struct {
	ID             string
	Category       Category
	Probability    int64 // of winning from here, in units of 1/Scale
	HasProbability bool
	MaxAgeDays     int // how long a deal may stay before it counts as stalled; 0 for no limit
}

// Definition is what a tenant's lives and contributions depend on besides the facts.
type Definition struct {
	Calendar calendar.Calendar
	Currency string // of amounts that name none
	Stages   []Stage
	byID     map[string]int
}

// NewDefinition makes a definition; stages are in their order.
func NewDefinition(cal calendar.Calendar, currency string, stages []Stage) *Definition {
	d := &Definition{Calendar: cal, Currency: currency, Stages: stages, byID: make(map[string]int, len(stages))}
	for i, s := range stages {
		d.byID[s.ID] = i
	}
	return d
}

// Stage is the stage of an id; one that is not listed is open, without a probability.
func (d *Definition) Stage(id string) Stage {
	if i, ok := d.byID[id]; ok {
		return d.Stages[i]
	}
	return Stage{ID: id}
}

// Order is the place of a stage in the list, from 0; ok is false for one that is not listed.
func (d *Definition) Order(id string) (place int, ok bool) {
	place, ok = d.byID[id]
	return place, ok
}

// Day is the local day of an instant in milliseconds.
func (d *Definition) Day(ms int64) event.Day { return d.Calendar.Day(ms) }
