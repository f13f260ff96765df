package metric

import "weir.dev/weir/pkg/ledger"

// silentMoves is the moves of deals to other stages between which nothing was done with anybody outside.
var silentMoves = &Group{
	Name: "silent_moves", Measures: []string{"moves"}, Logged: true,
	Own: []ledger.Dim{ledger.DimStage}, Keep: standard(ledger.DimStage),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if !d.Counts() {
			return
		}
		for i := 1; i < len(d.Stays); i++ {
			s := &d.Stays[i]
			if !touched(d.Activities, d.Stays[i-1].Enter, s.Enter) {
				out.add(Point{Day: s.EnterDay, Dims: s.EnterDims, Own: Values{s.Stage}}, Measure{0, 1})
			}
		}
	},
}

// touched reports whether there is an activity that is not internal from one instant to another.
func touched(list []ledger.Activity, from, to int64) bool {
	for i := range list {
		if a := &list[i]; a.At >= from && a.At <= to && !a.Internal() {
			return true
		}
	}
	return false
}

var movesWithoutActivity = Metric{
	ID: "moves_without_activity", Version: 1, Unit: Count, Kind: Flow, Direction: Down,
	Sentence: "Moves of deals to another open stage in the window though nothing had been logged with anybody outside since the move before: what the records say happened by itself.",
	Formula:  "count(entries into an open stage after the first, by stage change or reopening, with no activity.logged that is not internal since the entry before)",
	Source:   "metric table: eliminate inaccurate CRM data",

	Ambiguity: "Outcomes are no moves here. stage_entries counts all entries, with and without activities.",
	Num:       silentMoves.sum(0),
}
