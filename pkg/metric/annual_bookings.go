package metric

var annualBookings = Metric{
	ID: "annual_bookings", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "Bookings of the 365 days up to the end of the window, or up to the day asked for.",
	Formula:   "sum(amount at the win) of deals won in (T − 365 days, T], T the window's last day or as_of",
	Source:    "metric table: annual bookings",
	Siblings:  []string{"annual_bookings_fiscal", "bookings", "arr"},
	Ambiguity: "A year is 365 days, so that it differs from a year of the calendar where there is a 29 February; annual_bookings_fiscal is of the fiscal year. Deals of several years count whole.",
	Inputs:    bookingsInputs(OverYear),
	Derive:    (*View).bookings,
}

// bookingsInputs are bookings, how many deals they are of, and how many won deals have no amount.
func bookingsInputs(over Over) []Input {
	return []Input{
		{outcomes.money(outcomeWonAmount), over},
		{outcomes.sum(outcomeWonPriced), over},
		{outcomes.sum(outcomeWon).less(outcomeWonPriced), over},
	}
}

// bookings is the sum of bookingsInputs.
func (v *View) bookings() Result {
	r := Result{Value: v.Sum(0), N: v.Priced(1)}
	if n := v.Count(2); n != 0 {
		r.Missing = map[string]any{"amount": n}
	}
	return r
}
