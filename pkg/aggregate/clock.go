package aggregate

import (
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// clock is what is held of the row that remembers the last tick. No number depends on it: it says whose day
// has turned, and so what is to be sent.
type clock struct {
	held, asked bool
	last        int64 // the hour of the last tick, milliseconds; 0 before the first
	moved       bool  // by the commit under way
}

func (c *clock) give(stored []byte) (err error) {
	c.asked, c.held = false, true
	c.last, err = publish.LastTick(stored)
	return err
}

// tick takes a tick, if it moves the clock: all that a tenant publishes is marked when its day turns.
func (m *Machine) tick(b *begun) {
	c := &m.clock
	if c.asked = !c.held; c.asked || !publish.Advances(c.last, b.hour, b.record.Time) {
		return
	}
	for _, t := range m.tenants {
		cal := t.layout.Def.Calendar
		if t.marks != nil && (c.last == 0 || cal.Day(b.hour) != cal.Day(c.last)) {
			m.mark(t.marks)
			t.marks.TouchAll(b.record.Offset)
		}
	}
	c.last, c.moved = b.hour, true
}

// mark notes whose marks the commit under way changes.
func (m *Machine) mark(marks *publish.Marks) {
	if !marks.Noted() {
		m.marked = append(m.marked, marks)
	}
}

// withMarks appends the rows that say what is to be sent.
func (m *Machine) withMarks(changes []state.Change) []state.Change {
	if m.clock.moved {
		changes = append(changes, state.Change{Ref: publish.ClockRef, Value: publish.StoreTick(m.clock.last)})
	}
	for _, marks := range m.marked {
		changes = marks.Changes(changes)
	}
	return changes
}

// unmark forgets what was marked by a commit that ended.
func (m *Machine) unmark(kept bool) {
	for _, marks := range m.marked {
		marks.Reset()
	}
	m.marked = m.marked[:0]
	if m.clock.moved = false; !kept {
		m.clock = clock{}
	}
}
