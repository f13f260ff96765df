package calendar

import "weir.dev/weir/pkg/event"

// Months are asked for with every cell that is written, where the time package costs too much. Years
// are taken to begin in March here, so that the leap day is their last and the lengths of the months
// before it repeat every five, with 153 days; and to be counted from so long ago that nothing that
// is divided is negative.
const (
	eraYears = 400 // after which the calendar repeats
	eraDays  = 146_097
	eras     = 20                         // from the count's beginning to year 0
	toEpoch  = eras*eraDays + 719_468     // days from the count's beginning to 1970-01-01
	toZero   = 12*eras*eraYears - (3 - 1) // months from the count's beginning to January of year 0
)

// MonthOf is the index of the calendar month of a day: year × 12 + month − 1.
func MonthOf(d event.Day) int32 {
	at := uint(int(d) + toEpoch)
	era, day := at/eraDays, at%eraDays
	year := (day - day/1460 + day/36_524 - day/146_096) / 365 // of the era: less its leap days so far
	day -= 365*year + year/4 - year/100
	month := (5*day + 2) / 153
	return int32(12*(era*eraYears+year)+month) - toZero
}

// MonthSpan is the days of a calendar month by its index.
func MonthSpan(month int32) Span { return months(int(month), 1) }

// months is the days of n months from the month with an index on.
func months(index, n int) Span { return Span{firstDay(index), firstDay(index + n)} }

func firstDay(index int) event.Day {
	at := uint(index + toZero)
	year, month := at/12, at%12
	return event.Day(int(365*year+year/4-year/100+year/400+(153*month+2)/5) - toEpoch)
}
