package event

import (
	"bytes"
	"errors"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Instant is a moment, in milliseconds since 1970 UTC.
type Instant int64

// ErrInstant is returned for text that is not an instant.
var ErrInstant = errors.New("not an instant: want RFC 3339 with a zone, between 1970 and 9999")

// ParseInstant reads RFC 3339 with a zone, from the first millisecond of 1970 to the end of 9999.
// What is finer than a millisecond is cut off.
func ParseInstant(s string) (Instant, error) { return parseInstant(s) }

func parseInstant[T string | []byte](s T) (Instant, error) {
	if len(s) < len("2006-01-02T15:04:05Z") || len(s) > maxInstantChars || s[10]|0x20 != 't' {
		return 0, ErrInstant
	}
	day, ok := civilDay(s[:10])
	hour, minute, second := pair(s, 11), pair(s, 14), pair(s, 17)
	if !ok || s[13] != ':' || s[16] != ':' || uint(hour) > 23 || uint(minute) > 59 || uint(second) > 59 {
		return 0, ErrInstant
	}
	ms := int64(day)*86_400_000 + int64(hour*3600+minute*60+second)*1000
	fraction, rest := milliseconds(s[19:])
	offset, ok := zoneMinutes(rest)
	if fraction < 0 || !ok {
		return 0, ErrInstant
	}
	ms += fraction - int64(offset)*60_000
	if ms <= 0 || ms > maxInstant {
		return 0, ErrInstant
	}
	return Instant(ms), nil
}

const (
	maxInstant      = 253402300799999 // the last millisecond of 9999
	maxInstantChars = 40              // nanoseconds and an offset take 35
)

// civilDay is the day of YYYY-MM-DD, if there is such a day.
func civilDay[T string | []byte](s T) (Day, bool) {
	century, year, month, day := pair(s, 0), pair(s, 2), pair(s, 5), pair(s, 8)
	if century < 0 || year < 0 || s[4] != '-' || s[7] != '-' || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	year += century * 100
	if year < 1970 || day > daysIn(year, month) {
		return 0, false
	}
	return daysFromCivil(year, month, day), true
}

func daysIn(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

// daysFromCivil counts from a year that begins in March, so that the leap day is a year's last.
func daysFromCivil(year, month, day int) Day {
	if month <= 2 {
		year--
		month += 12
	}
	era, ofEra := year/400, year%400
	ofYear := (153*(month-3)+2)/5 + day - 1
	return Day(era*146_097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719_468)
}

// pair is the number that the two digits at i make, -1 where they are no digits.
func pair[T string | []byte](s T, i int) int {
	tens, ones := s[i]-'0', s[i+1]-'0'
	if tens > 9 || ones > 9 {
		return -1
	}
	return int(tens)*10 + int(ones)
}

// milliseconds reads a fraction of a second where s begins with one, and returns what follows it; -1
// where a point has no digits.
func milliseconds[T string | []byte](s T) (int64, T) {
	if s[0] != '.' {
		return 0, s
	}
	ms, weight, i := int64(0), int64(100), 1
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		ms += int64(s[i]-'0') * weight
		weight /= 10
	}
	if i == 1 {
		return -1, s
	}
	return ms, s[i:]
}

// zoneMinutes reads Z or ±hh:mm, which must be all of s.
func zoneMinutes[T string | []byte](s T) (int, bool) {
	if len(s) == 1 {
		return 0, s[0]|0x20 == 'z'
	}
	if len(s) != len("+00:00") || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hour, minute := pair(s, 1), pair(s, 4)
	if uint(hour) > 23 || uint(minute) > 59 {
		return 0, false
	}
	if s[0] == '-' {
		return -(hour*60 + minute), true
	}
	return hour*60 + minute, true
}

// FormatInstant is RFC 3339 in UTC, with milliseconds where there are any.
func FormatInstant(ms int64) string {
	return string(appendInstant(nil, ms))
}

func appendInstant(b []byte, ms int64) []byte {
	layout := time.RFC3339
	if ms%1000 != 0 {
		layout = "2006-01-02T15:04:05.000Z07:00"
	}
	return time.UnixMilli(ms).UTC().AppendFormat(b, layout)
}

// UnmarshalJSONFrom reads a JSON string.
func (i *Instant) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	text, null, err := readString(dec, ErrInstant)
	if err != nil || null {
		*i = 0
		return err
	}
	*i, err = parseInstant(text)
	return err
}

// UnmarshalJSONFrom reads a JSON string.
func (d *Day) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	text, null, err := readString(dec, ErrDay)
	if err != nil || null {
		*d = 0
		return err
	}
	*d, err = plainDay(string(text), true)
	return err
}

// readString reads a JSON string or null; it fails with wrong where it is anything else. The text is
// valid until the next read.
func readString(dec *jsontext.Decoder, wrong error) (text []byte, null bool, err error) {
	value, err := dec.ReadValue()
	switch {
	case err != nil:
		return nil, false, err
	case value.Kind() == 'n':
		return nil, true, nil
	case value.Kind() != '"':
		return nil, false, wrong
	}
	text, err = unquote(value)
	return text, false, err
}

// unquote is the text of a JSON string; it copies only what has escapes, which some encoders write
// even for a plus sign.
func unquote(value jsontext.Value) ([]byte, error) {
	if bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], nil
	}
	return jsontext.AppendUnquote(nil, value)
}
