package metric

var inPeriodBookingsUnplanned = Metric{
	ID: "in_period_bookings_unplanned", Version: 1, Unit: Money, Kind: Flow, Direction: Neutral, Standard: true,
	Sentence:  "Bookings in a month, quarter or year of deals that were not in the pipeline planned for it when it began: created since, pulled in, or without a plan.",
	Formula:   "sum(amount at the win) of deals won in the period that were not open with a planned close in it on the evening before it began",
	Source:    "metric table: in-period bookings, not planned for the period",
	Siblings:  []string{"in_period_bookings_created", "bookings"},
	Ambiguity: "Not in the funnel at the start has two readings: the deal was not planned for the period, as here, or it did not exist, as in in_period_bookings_created, which is never more.",
	Inputs:    inPeriodSumsOf(inPeriodCreated, inPeriodMoved, inPeriodUnknown),
	Derive: func(v *View) Result {
		r, _ := v.inPeriodBookings()
		return r
	},
}
