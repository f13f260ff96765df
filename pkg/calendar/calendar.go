// Package calendar is where instants become days of a zone, and where days become the windows, steps
// and fiscal periods that metrics are asked for. It is pure: the zone and the day to answer for are
// arguments. It never reads a clock, never loads a zone, and knows nothing of metrics.
package calendar

import (
	"math"
	"time"

	"weir.dev/weir/pkg/event"
)

const (
	daySeconds = 86400

	// No zone has ever been further ahead of UTC: what is local to an instant is never later than this.
	maxAhead = 16 * 3600
)

// The years whose transitions are laid out when a Calendar is made. Instants outside are rare (a
// planned close in 2150) and are looked up in the zone itself, more slowly.
const (
	tableFrom = 0             // 1970-01-01
	tableTo   = 4_102_444_800 // 2100-01-01
)

// Calendar is the days of one zone and the fiscal year of one tenant. It is made by New, never
// changes, and may be copied and used by any number of goroutines.
type Calendar struct {
	zone   *time.Location
	fiscal time.Month
	spans  []offsetSpan
}

// offsetSpan is a stretch of instants, in seconds since 1970, [from, to), with one offset from UTC.
type offsetSpan struct {
	from, to, offset int64
}

// New makes the calendar of a zone, which must not be nil, and of a fiscal year that begins with the
// first day of fiscalYearStart, January to December.
func New(zone *time.Location, fiscalYearStart time.Month) Calendar {
	c := Calendar{zone: zone, fiscal: fiscalYearStart}
	for at := int64(tableFrom); at < tableTo; {
		s := lookup(zone, at)
		if n := len(c.spans); n > 0 && c.spans[n-1].offset == s.offset {
			c.spans[n-1].to = s.to // only the abbreviation changed
		} else {
			c.spans = append(c.spans, s)
		}
		at = s.to
	}
	return c
}

// Zone is the zone whose days these are.
func (c Calendar) Zone() *time.Location { return c.zone }

// Day is the local day of an instant, in milliseconds since 1970.
func (c Calendar) Day(ms int64) event.Day {
	sec := floorDiv(ms, 1000)
	return event.Day(floorDiv(sec+c.at(sec).offset, daySeconds))
}

// Start is the first instant of a local day, in milliseconds since 1970: midnight, or the moment
// to which the clock jumped over it. A day that the zone never had starts with the next one. In
// general it is the earliest instant whose local day is d or later; so in a zone whose clock fell
// back over midnight, an hour of the day before may follow it.
func (c Calendar) Start(d event.Day) int64 {
	local := int64(d) * daySeconds
	for s := c.at(local - maxAhead); ; s = c.at(s.to) {
		if at := max(s.from, local-s.offset); at < s.to {
			return at * 1000
		}
	}
}

// at is the offset in force at an instant in seconds.
func (c Calendar) at(sec int64) offsetSpan {
	lo, hi := 0, len(c.spans)
	if sec < c.spans[0].from || sec >= c.spans[hi-1].to {
		return lookup(c.zone, sec)
	}
	for hi-lo > 1 {
		mid := int(uint(lo+hi) >> 1)
		if sec < c.spans[mid].from {
			hi = mid
		} else {
			lo = mid
		}
	}
	return c.spans[lo]
}

// lookup asks the zone itself.
func lookup(zone *time.Location, sec int64) offsetSpan {
	t := time.Unix(sec, 0).In(zone)
	_, offset := t.Zone()
	s := offsetSpan{from: math.MinInt64, to: math.MaxInt64, offset: int64(offset)}
	from, to := t.ZoneBounds()
	if !from.IsZero() {
		s.from = from.Unix()
	}
	if !to.IsZero() {
		s.to = to.Unix()
	}
	return s
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
