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

var winRateByMeetings = Metric{
	ID: "win_rate_by_meetings", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence: "Of the deals decided in the window, the share that was won, by how many meetings they had up to the outcome (by=meetings).",
	Formula:  "won / (won + lost of any kind): mode=at_least: of deals with that many meetings or more; exactly: with just so many; first_30d: with just so many up to the thirtieth day after creation",
	Source:   "metric table: win rate by activity number",
	Siblings: []string{"win_rate"},
	Ambiguity: "More meetings follow from being alive: first_30d compares deals at one age. The share that drops out at a number of meetings is n of exactly over n of at_least. " +
		"Meetings are those logged, none of them internal.",
	Num:     meetings.sum(0), // of the mode's measures
	Den:     meetings.sum(0, 1),
	Missing: []Gap{{"creation", meetings.sum(2)}},
	Modes: []Mode{
		{Name: "at_least", Measures: []uint16{meetingsWon, meetingsLost}, Cumulative: true},
		{Name: "exactly", Measures: []uint16{meetingsWon, meetingsLost}},
		{Name: "first_30d", Measures: []uint16{meetingsEarlyWon, meetingsEarlyLost, meetingsNoCreation}},
	},
}
