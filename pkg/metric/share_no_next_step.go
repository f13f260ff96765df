package metric

import (
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
)

// drifting is the open deals with nothing scheduled ahead, as changes to a stock.
var drifting = &Group{
	Name: "drifting", Measures: []string{"no_next_step"}, Stock: true, Logged: true,
	Own: []ledger.Dim{ledger.DimStage}, Keep: standard(ledger.DimStage),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		var ahead, none [8]calendar.Span
		planned := appendAhead(ahead[:0], d, "")
		spells(d, samePlace, func(s spell) {
			pt := Point{Rollup: AllRollups, Dims: s.state.Dims, Own: Values{s.state.Stage}}
			for _, days := range appendWithout(none[:0], s.days, planned) {
				out.hold(pt, days, Measure{0, 1})
			}
		})
	},
}

// appendAhead appends the days on whose evenings an activity of a kind lies ahead, of any kind where it is empty.
func appendAhead(list []calendar.Span, d *ledger.Deal, kind string) []calendar.Span {
	for i := range d.Appointments {
		if a := &d.Appointments[i]; kind == "" || a.Kind == kind {
			list = appendDays(list, calendar.Span{From: a.Day, To: a.Until})
		}
	}
	return merge(list)
}

var shareNoNextStep = Metric{
	ID: "share_no_next_step", Version: 1, Unit: Ratio, Kind: Stock, Direction: Down,
	Sentence:  "Of all open deals, the share with no activity scheduled for a later day.",
	Formula:   "count(deals open at T without an activity scheduled by T for a day after T, and not cancelled, held or moved by T) / count(deals open at T)",
	Source:    "metric table: pipeline health",
	Siblings:  []string{"share_past_plan", "share_stalled"},
	Ambiguity: "What is scheduled for the day itself is over by its evening and is no next step. An activity is held when one is logged under its id.",
	Num:       drifting.sum(0),
	Den:       open.sum(openCount),
}
