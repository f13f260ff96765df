package event

import (
	"strconv"
	"time"
)

// ClockTicked is the type of the control record that the owner of a partition appends to it every hour. It is
// not of the contract: from outside it is refused, as every type is that is not.
const ClockTicked = typePrefix + "clock.ticked"

// Hour is the time between two ticks, in milliseconds; a tick names the beginning of one.
const Hour = int64(time.Hour / time.Millisecond)

// Tick is the control record that says that an hour (its beginning, in milliseconds since 1970) has come for a
// partition. It is the same whoever makes it, and belongs to no tenant: it has no key.
func Tick(partition int, hour int64) Record {
	home, at := strconv.Itoa(partition), FormatInstant(hour)
	e := Event{ID: home + "/" + at, Source: "/weir/clock", Type: ClockTicked, Subject: "partition/" + home, Time: hour}
	r := e.ToRecord("")
	r.Key = nil
	return r
}

// TickOf is the hour of a tick, in milliseconds since 1970; ok is false for any other record.
func TickOf(r *Record) (hour int64, ok bool) {
	var e Event
	if len(r.Key) > 0 || FromRecord(r, &e) != nil {
		return 0, false
	}
	return e.Time, e.Type == ClockTicked && e.Time%Hour == 0
}
