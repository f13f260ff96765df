package metric

import (
	"slices"

	"weir.dev/weir/pkg/ledger"
)

// The measures of decided deals.
const (
	rivalryWon uint16 = iota
	rivalryLost
)

// rivalryOwn and rivalryKeep are the dimensions and rollups of what is counted by competitor. In those with the
// competitor a deal counts once for each that was tagged.
var (
	rivalryOwn  = []ledger.Dim{ledger.DimCompetitor, ledger.DimHeadToHead}
	rivalryKeep = append(standard(ledger.DimCompetitor), []ledger.Dim{ledger.DimCompetitor, ledger.DimSegment},
		[]ledger.Dim{ledger.DimCompetitor, ledger.DimHeadToHead})
)

// rivalry is the deals that were won, or lost to a competitor, with a competitor tagged up to then.
var rivalry = &Group{
	Name: "rivalry", Measures: []string{"won", "lost"}, Own: rivalryOwn, Keep: rivalryKeep, Logged: true, Exact: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if narrow(d) {
			perRival(d, out, decided(d)...)
		}
	},
}

// unrivalled is the deals that were won, or lost to a competitor, with none tagged up to then.
var unrivalled = &Group{
	Name: "unrivalled", Measures: []string{"won", "lost"}, Keep: standard(), Logged: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if narrow(d) && len(rivals(d)) == 0 {
			out.add(Point{Day: d.Outcome.Day, Dims: d.Outcome.State.Dims}, decided(d)...)
		}
	},
}

// narrow reports whether a deal was won, or lost to a competitor.
func narrow(d *ledger.Deal) bool {
	return d.Outcome != nil && (d.Outcome.Won || d.Outcome.Kind == "competitor")
}

func decided(d *ledger.Deal) []Measure {
	if d.Outcome.Won {
		return []Measure{{rivalryWon, 1}}
	}
	return []Measure{{rivalryLost, 1}}
}

// rivals are the competitors that were tagged up to the outcome.
func rivals(d *ledger.Deal) []string {
	var names []string
	for i := range d.Competitors {
		if t := &d.Competitors[i]; t.At <= d.Outcome.At && !slices.Contains(names, t.Competitor) {
			names = append(names, t.Competitor)
		}
	}
	return names
}

// perRival adds a deal that had competitors, on the day of its outcome: once, and once for each in the rollups
// that tell them apart.
func perRival(d *ledger.Deal, out *Points, vector ...Measure) {
	names := rivals(d)
	if len(names) == 0 {
		return
	}
	pt := Point{Day: d.Outcome.Day, Dims: d.Outcome.State.Dims, Own: Values{"", "false"}}
	if len(names) == 1 {
		pt.Own[1] = "true"
	}
	for i := range out.rollups {
		pt.Rollup, pt.Own[0] = int8(i), ""
		if !out.rollups[i].has(ledger.DimCompetitor) {
			out.addTo(pt, vector...)
			continue
		}
		for _, pt.Own[0] = range names {
			out.addTo(pt, vector...)
		}
	}
}
