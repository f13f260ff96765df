package metric

var inPeriodBookingsCreated = Metric{
	ID: "in_period_bookings_created", Version: 1, Unit: Money, Kind: Flow, Direction: Neutral, Standard: true,
	Sentence:  "Bookings of deals that were created and won in the same month, quarter or year: create and close.",
	Formula:   "sum(amount at the win) of deals won in the period that did not exist when it began; missing.creation counts wins of which that is not known",
	Source:    "metric table: in-period bookings, did not exist",
	Siblings:  []string{"in_period_bookings_unplanned", "bookings"},
	Ambiguity: "Not in the funnel at the start has two readings: the deal did not exist, as here, or it was not planned for the period, as in in_period_bookings_unplanned, which is never less.",
	Inputs:    inPeriodSumsOf(inPeriodCreated),
	Derive: func(v *View) Result {
		r, inputs := v.inPeriodBookings()
		if n := v.Count(inputs + inPeriodUntold); n != 0 {
			r.Missing["creation"] = n
		}
		return r
	},
}
