package metric

import "weir.dev/weir/pkg/ledger"

// The measures of the cohorts of deals.
const (
	cohortCreated uint16 = iota
	cohortDecided
	cohortWon
)

// dealCohorts is deals anchored at their creation: how many entered, and when they ended.
var dealCohorts = &Group{
	Name: "deal_cohorts", Measures: []string{"created", "decided", "won"}, Keep: standard(), Anchored: true, Moved: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if !d.HasCreation || !d.Counts() {
			return
		}
		pt := Point{Anchor: d.CreatedDay, Day: d.CreatedDay, Dims: d.Entry.Dims}
		out.add(pt, Measure{cohortCreated, 1})
		if o := d.Outcome; o != nil {
			pt.Day = max(pt.Anchor, o.Day)
			out.add(pt, Measure{cohortDecided, 1}, Measure{cohortWon, one(o.Won)})
		}
	},
}

var winRateCohort = Metric{
	ID: "win_rate_cohort", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence:  "Of the deals created in the window, the share won by the day asked for; missing.immature is the share still open.",
	Formula:   "count(deals created in the window and won by T) / count(deals created in the window)",
	Source:    "metric table: win rate, created cohort",
	Siblings:  []string{"win_rate", "win_rate_narrow", "win_rate_amount"},
	Ambiguity: "Of the deals created in the window, so that what is open counts as not won yet: missing.immature says how much. win_rate, win_rate_narrow and win_rate_amount are of the deals decided in the window, whenever they were created.",
	Num:       dealCohorts.sum(cohortWon),
	Den:       dealCohorts.sum(cohortCreated),
	Open:      dealCohorts.sum(cohortCreated).less(cohortDecided),
}
