package metric

import (
	"strconv"

	"weir.dev/weir/pkg/ledger"
)

// The measures of meetings: deals by how many meetings they had up to the outcome, and by how many in the first
// days; those without a creation have no first days.
const (
	meetingsWon uint16 = iota
	meetingsLost
	meetingsEarlyWon
	meetingsEarlyLost
	meetingsNoCreation
)

// firstDays is how many days after its creation a deal's meetings are early.
const firstDays = 30

// meetings is the decided deals by their number of meetings.
var meetings = &Group{
	Name: "meetings", Measures: []string{"won", "lost", "early_won", "early_lost", "no_creation"}, Logged: true,
	Own:  []ledger.Dim{ledger.DimMeetings},
	Keep: [][]ledger.Dim{{ledger.DimMeetings}, {ledger.DimMeetings, ledger.DimOwner}, {ledger.DimMeetings, ledger.DimSegment}},
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.Outcome == nil {
			return
		}
		held, early := 0, 0
		for i := range d.Activities {
			if a := &d.Activities[i]; a.Meeting() && a.At <= d.Outcome.At {
				held++
				early += int(one(d.HasCreation && a.Day <= d.CreatedDay+firstDays))
			}
		}
		pt := Point{Day: d.Outcome.Day, Dims: d.Outcome.State.Dims}
		lost := uint16(one(!d.Outcome.Won))
		pt.Own[0] = strconv.Itoa(held)
		out.add(pt, Measure{meetingsWon + lost, 1})
		if !d.HasCreation {
			pt.Own[0] = ""
			out.add(pt, Measure{meetingsNoCreation, 1})
			return
		}
		pt.Own[0] = strconv.Itoa(early)
		out.add(pt, Measure{meetingsEarlyWon + lost, 1})
	},
}
