package aggregate

import (
	"math"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
)

// cellKey names one cell. A month cell has the anchor monthCell and the first day of its month.
type cellKey struct {
	series      uint32
	anchor, day event.Day
}

const monthCell event.Day = math.MinInt32

// cell is a cell as the store has it, with what the commit under way adds; before it was given, what the
// commit adds alone.
//
// It is laid out by hand: what every addition looks at is 64 bytes, a line of the memory, and the room of most
// contents is the line behind it.
type cell struct {
	metric.Content
	key    cellKey
	commit uint32 // that changed it last
	list   uint32 // of the changes to its group of rows; 0 before it was changed
	given  bool
	stored bool // the store has a row of it
	room   [4]metric.Measure
}

// table finds cells. Adding to a cell waits for the memory more than it computes. A commit is mostly of one day,
// so the cells of each day are found by a table of their own, which is small and holds no pointers, and lie in
// the order in which they came.
type table struct {
	days   map[event.Day]*dayTable
	last   *dayTable // that was asked for, beside months
	months *dayTable // that of all months
	chunks [][]cell
	used   uint32   // places of the chunks that were taken
	free   []uint32 // of these, the ones to be taken again
	held   int
}

// dayTable is the cells of a day, or all those of months: a hash table with open addressing.
type dayTable struct {
	day   event.Day
	slots []slot // a power of two of them
	held  int
}

// slot is where a cell is: its place in the chunks counts from 1, and is 0 where there is none.
type slot struct {
	key   cellKey
	place uint32
}

const (
	chunk      = 1 << 9 // cells
	leastSlots = 1 << 4
)

func (k cellKey) hash() uint64 {
	h := (uint64(k.series)<<32 ^ uint64(uint32(k.day))) * 0x9e3779b97f4a7c15
	h = (h ^ h>>32 ^ uint64(uint32(k.anchor))) * 0xd6e8feb86659fd93
	return h ^ h>>32
}

// get is the cell of a key, made where it is not held.
func (t *table) get(k cellKey) *cell {
	d := t.last
	if k.anchor == monthCell {
		if d = t.months; d == nil {
			d = t.dayOf(monthCell)
			t.months = d
		}
	} else if d == nil || d.day != k.day {
		d = t.dayOf(k.day)
		t.last = d
	}
	if 2*d.held >= len(d.slots) {
		d.resize(max(leastSlots, 2*len(d.slots)))
	}
	s := d.search(k)
	if s.place == 0 {
		s.key, s.place = k, t.take()
		t.held++
		d.held++
		t.at(s.place).key = k
	}
	return t.at(s.place)
}

func (t *table) dayOf(day event.Day) *dayTable {
	d := t.days[day]
	if d == nil {
		d = &dayTable{day: day}
		t.days[day] = d
	}
	return d
}

// search is the slot of a key, or the empty one that it would get.
func (d *dayTable) search(k cellKey) *slot {
	mask := uint64(len(d.slots) - 1)
	for i := k.hash(); ; i++ {
		if s := &d.slots[i&mask]; s.place == 0 || s.key == k {
			return s
		}
	}
}

func (d *dayTable) resize(n int) {
	old := d.slots
	d.slots = make([]slot, n)
	for _, s := range old {
		if s.place != 0 {
			*d.search(s.key) = s
		}
	}
}

func (t *table) at(place uint32) *cell { return &t.chunks[(place-1)/chunk][(place-1)%chunk] }

// take is the place of an empty cell.
func (t *table) take() uint32 {
	if n := len(t.free); n > 0 {
		place := t.free[n-1]
		t.free = t.free[:n-1]
		return place
	}
	if int(t.used) == len(t.chunks)*chunk {
		t.chunks = append(t.chunks, make([]cell, chunk))
	}
	t.used++
	c := t.at(t.used)
	c.Use(c.room[:0])
	return t.used
}

// keep forgets the cells that were not changed since a commit, and tells of each.
func (t *table) keep(since uint32, forgotten func(*cell)) {
	for day, d := range t.days {
		old := d.slots
		d.slots, d.held = nil, 0
		for _, s := range old {
			if s.place == 0 {
				continue
			}
			if c := t.at(s.place); c.commit < since {
				forgotten(c)
				t.release(s.place)
				continue
			}
			if 2*d.held >= len(d.slots) {
				d.resize(max(leastSlots, 2*len(d.slots)))
			}
			*d.search(s.key) = s
			d.held++
		}
		if d.held == 0 {
			delete(t.days, day)
		}
	}
	t.last, t.months = nil, nil
}

func (t *table) release(place uint32) {
	c := t.at(place)
	c.Reset()
	c.list, c.commit, c.given, c.stored = 0, 0, false, false
	t.free = append(t.free, place)
	t.held--
}
