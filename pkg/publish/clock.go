package publish

import (
	"encoding/binary"
	"errors"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// ClockRef is the row that holds the hour of the last tick.
var ClockRef = state.Ref{Key: "clock", Field: "ticked"}

// ErrClock is returned for a stored hour that cannot be read.
var ErrClock = errors.New("publish: the stored hour of the last tick cannot be read")

// ahead is how far a tick may lie ahead of the moment at which the log took it, in milliseconds: whoever wrote it
// has a clock that is wrong.
const ahead = 2 * event.Hour

// Advances reports whether a tick moves the clock: it lies after the last one (0 for none), and not more than two
// hours ahead of its arrival. All are milliseconds since 1970.
func Advances(last, hour, arrival int64) bool { return hour > last && hour <= arrival+ahead }

// StoreTick is the stored form of the hour of a tick.
func StoreTick(hour int64) []byte { return binary.AppendVarint(nil, hour) }

// LastTick is the hour of the last tick, of its stored form; 0 for none.
func LastTick(stored []byte) (int64, error) {
	if stored == nil {
		return 0, nil
	}
	hour, n := binary.Varint(stored)
	if n != len(stored) || n == 0 {
		return 0, ErrClock
	}
	return hour, nil
}

// day is the time between two ticks of a partition that catches up, in milliseconds.
const day = 24 * event.Hour

// due are the hours whose ticks a partition lacks in an hour: that hour, and one for each day that was missed
// since the last.
func due(last, hour int64) []int64 {
	if hour <= last {
		return nil
	}
	var hours []int64
	if last > 0 {
		for at := last + day; at < hour; at += day {
			hours = append(hours, at)
		}
	}
	return append(hours, hour)
}
