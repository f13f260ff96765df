package metric

var annualBookingsFiscal = Metric{
	ID: "annual_bookings_fiscal", Version: 1, Unit: Money, Kind: Flow, Direction: Up,
	Sentence:  "Bookings of the fiscal year that the end of the window lies in, as far as the day asked for.",
	Formula:   "sum(amount at the win) of deals won in the fiscal year of T and by T, T the window's last day or as_of",
	Source:    "metric table: annual bookings, fiscal year",
	Siblings:  []string{"annual_bookings", "bookings"},
	Ambiguity: "The year is the tenant's fiscal one, which begins anew; annual_bookings is of the last 365 days. Deals of several years count whole.",
	Inputs:    bookingsInputs(OverFiscalYear),
	Derive:    (*View).bookings,
}
