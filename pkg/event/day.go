package event

import (
	"errors"
	"time"
)

// Day is a calendar day of some zone, counted from 1970-01-01 (day 0).
type Day int32

// ErrDay is returned for text that is not a day.
var ErrDay = errors.New("not a day: want YYYY-MM-DD")

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, ErrDay
	}
	return DayOf(t.Date()), nil
}

// DayOf is the day of a civil date; out-of-range months and days are normalised as in time.Date.
func DayOf(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Date is the civil date of the day.
func (d Day) Date() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*86400, 0).UTC().Date()
}

// String is YYYY-MM-DD.
func (d Day) String() string {
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}
