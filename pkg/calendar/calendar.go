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
	slotBits  = 23            // a slot is 2²³ seconds, 97 days: few hold more than one transition
)

// Calendar is the days of one zone and the fiscal year of one tenant. It is made by New, never
// changes, and may be copied and used by any number of goroutines.
type Calendar struct {
	zone   *time.Location
	fiscal time.Month
	table  *table
}

// table is what is known of a zone's offsets between tableFrom and tableTo.
type table struct {
	shifts []shift  // in order of time
	slots  []uint16 // of each slot of time, the shift in force at its start
}

// shift is an instant, in seconds since 1970, from which an offset from UTC is in force.
type shift struct {
	from, offset int64
}

// New makes the calendar of a zone, which must not be nil, and of a fiscal year that begins with the
// first day of fiscalYearStart, January to December.
func New(zone *time.Location, fiscalYearStart time.Month) Calendar {
	return Calendar{zone: zone, fiscal: fiscalYearStart, table: newTable(zone)}
}

func newTable(zone *time.Location) *table {
	t := &table{}
	for at := int64(tableFrom); at < tableTo; {
		offset, until := lookup(zone, at)
		if n := len(t.shifts); n == 0 || t.shifts[n-1].offset != offset {
			t.shifts = append(t.shifts, shift{at, offset})
		}
		at = until
	}
	for from, i := int64(tableFrom), 0; from < tableTo; from += 1 << slotBits {
		for i+1 < len(t.shifts) && t.shifts[i+1].from <= from {
			i++
		}
		t.slots = append(t.slots, uint16(i))
	}
	return t
}

// find is the last shift at or before an instant between tableFrom and tableTo.
func (t *table) find(sec int64) int {
	i := int(t.slots[(sec-tableFrom)>>slotBits])
	for i+1 < len(t.shifts) && t.shifts[i+1].from <= sec {
		i++
	}
	return i
}

// Zone is the zone whose days these are.
func (c Calendar) Zone() *time.Location { return c.zone }

// Day is the local day of an instant, in milliseconds since 1970.
func (c Calendar) Day(ms int64) event.Day {
	sec := floorDiv(ms, 1000)
	var offset int64
	if tableFrom <= sec && sec < tableTo {
		offset = c.table.shifts[c.table.find(sec)].offset
	} else {
		offset, _ = lookup(c.zone, sec)
	}
	return event.Day(floorDiv(sec+offset, daySeconds))
}

// Start is the first instant of a local day, in milliseconds since 1970: midnight, or the moment
// to which the clock jumped over it. A day that the zone never had starts with the next one. In
// general it is the earliest instant whose local day is d or later; so in a zone whose clock fell
// back over midnight, an hour of the day before may follow it.
func (c Calendar) Start(d event.Day) int64 {
	local := int64(d) * daySeconds
	for at := local - maxAhead; ; {
		offset, until := c.offset(at)
		if at = max(at, local-offset); at < until {
			return at * 1000
		}
		at = until
	}
}

// offset is the offset in force at an instant, and a later instant until which it is.
func (c Calendar) offset(sec int64) (offset, until int64) {
	if sec < tableFrom || sec >= tableTo {
		return lookup(c.zone, sec)
	}
	shifts, i := c.table.shifts, c.table.find(sec)
	if i+1 == len(shifts) {
		return shifts[i].offset, tableTo
	}
	return shifts[i].offset, shifts[i+1].from
}

// lookup asks the zone itself what Calendar.offset tells.
func lookup(zone *time.Location, sec int64) (offset, until int64) {
	t := time.Unix(sec, 0).In(zone)
	_, ahead := t.Zone()
	_, end := t.ZoneBounds()
	if end.IsZero() {
		return int64(ahead), math.MaxInt64
	}
	// The time package takes a year that is governed by a rule for 365 days long: on the last day of
	// a leap year its bound lies behind. No rule shifts the clock on that day.
	if until = end.Unix(); until <= sec {
		until = (floorDiv(sec, daySeconds) + 1) * daySeconds
	}
	return int64(ahead), until
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
