package aggregate

import (
	"cmp"
	"math"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// bucketKey names the group of rows that a cell lies in.
type bucketKey struct {
	tenant uint16
	group  uint8
	rollup uint8
	month  int32
}

// list is the changes of a commit to one group of rows.
type list struct {
	name   string
	bucket int32
	rows   int // how many there are
	next   int // where the next one stands, among all changes
	held   held
}

// held is how many of the rows that the store has of a group are held.
type held uint8

const (
	perhaps held = iota // it was not asked whether there are any
	some
	all // so that a cell that is not held is new, and need not be asked for
)

// cells adds up contributions, and holds the cells that were changed lately.
type cells struct {
	names
	table   table
	size    int                  // how many cells are held, until about as many more are
	touched []*cell              // by the commit under way, in the order in which they came
	lacking []*cell              // of these, the ones that were not given yet
	buckets map[bucketKey]uint32 // the places of their lists
	lists   []list               // the first stands for none
	used    []uint32             // lists that the commit under way uses
	found   []*cell              // of the deltas that are added
	ends    []uint32             // of the fields of the cells that were touched
	fields  []byte               // the names of its rows, one behind the other
	values  []byte               // and their stored forms
	commit  uint32               // counts the commits, from 1
	since   uint32               // the commit from which on cells are kept when others are forgotten; 0 while there are few
	updates int64
	spare   metric.Content // for what a commit added to a cell that is given
}

func newCells(size int) *cells {
	return &cells{names: newNames(), size: size, buckets: map[bucketKey]uint32{}, lists: make([]list, 1), commit: 1, table: table{days: map[event.Day]*dayTable{}}}
}

// forget drops everything but the names.
func (c *cells) forget() {
	c.settle()
	c.keep(math.MaxUint32)
	for i := range c.lists {
		c.lists[i].held = perhaps
	}
}

// keep forgets the cells that were not changed since a commit.
func (c *cells) keep(since uint32) {
	c.table.keep(since, func(cell *cell) {
		if cell.stored {
			c.lists[cell.list].held = some
		}
	})
}

// delta is a contribution to be added to a cell: to all that is known of it where total is set, and to what
// became known on a day where that is not 0.
type delta struct {
	key    cellKey
	known  event.Day
	sign   int8
	total  bool
	month  bool // of the month of a cell that is changed too
	vector []metric.Measure
}

// add adds deltas to the cells: all of them, or none where a sum would overflow. The cells are found first, since
// the memory can be waited for at several places at once, but not while something is worked out in between.
func (c *cells) add(deltas []delta) error {
	c.found = c.found[:0]
	for i := range deltas {
		c.found = append(c.found, c.table.get(deltas[i].key))
	}
	for _, cell := range c.found {
		if cell.commit != c.commit {
			c.touch(cell)
		}
	}
	for i := range deltas {
		if err := c.addTo(c.found[i], &deltas[i], 1); err != nil {
			for j := range i {
				_ = c.addTo(c.found[j], &deltas[j], -1) // takes back what had room
			}
			return err
		}
	}
	return nil
}

func (c *cells) addTo(cell *cell, d *delta, sign int64) error {
	sign *= int64(d.sign)
	if !d.month {
		c.updates++
	}
	if !d.total {
		return cell.AddLate(d.known, d.vector, sign)
	}
	if d.known != 0 && !d.month {
		c.updates++
	}
	return cell.Add(d.known, d.vector, sign)
}

// touch notes a cell that changes in the commit under way.
func (c *cells) touch(cell *cell) {
	cell.commit = c.commit
	if cell.list == 0 {
		cell.list = c.listOf(cell.key)
	}
	l := &c.lists[cell.list]
	if l.rows == 0 {
		c.used = append(c.used, cell.list)
	}
	l.rows++
	c.touched = append(c.touched, cell)
	if cell.given = cell.given || l.held == all; !cell.given {
		c.lacking = append(c.lacking, cell)
	}
}

// missing names the cells that changed and are still to be given, each group's side by side, and before those of a
// group of which nothing is known the group.
func (c *cells) missing() []state.Ref {
	if len(c.lacking) == 0 {
		return nil
	}
	slices.SortFunc(c.lacking, func(a, b *cell) int { return cmp.Compare(a.list, b.list) })
	refs := make([]state.Ref, 0, len(c.lacking)+len(c.used))
	c.fields = c.fields[:0]
	for i, cell := range c.lacking {
		l := &c.lists[cell.list]
		if l.held == perhaps && c.beginsList(i) {
			refs = append(refs, state.Ref{Key: l.name})
		}
		from := len(c.fields)
		c.fields = c.appendField(c.fields, cell)
		refs = append(refs, state.Ref{Key: l.name, Field: string(c.fields[from:])})
	}
	return refs
}

// beginsList reports whether the i-th of the lacking cells is the first of its list.
func (c *cells) beginsList(i int) bool { return i == 0 || c.lacking[i-1].list != c.lacking[i].list }

// give hands over what was missing.
func (c *cells) give(values [][]byte) error {
	for i, cell := range c.lacking {
		if l := &c.lists[cell.list]; l.held == perhaps && c.beginsList(i) {
			if l.held = some; values[0] != nil {
				l.held = all
			}
			values = values[1:]
		}
		value := values[0]
		values = values[1:]
		cell.given = true
		if len(value) == 0 {
			continue
		}
		cell.stored = true
		c.spare.Reset()
		if err := c.spare.Plus(&cell.Content); err != nil {
			return err
		}
		if err := cell.Decode(value); err != nil {
			return err
		}
		if err := cell.Plus(&c.spare); err != nil {
			return err
		}
	}
	c.lacking = c.lacking[:0]
	return nil
}

// changes appends the new values of all cells that changed, group by group. They are valid until the next
// call.
func (c *cells) changes(out []state.Change) []state.Change {
	first := len(out)
	for _, l := range c.used {
		c.lists[l].next = first
		first += c.lists[l].rows
	}
	out = slices.Grow(out, len(c.touched))[:first]
	c.fields, c.values, c.ends = c.fields[:0], c.values[:0], c.ends[:0]
	for _, cell := range c.touched {
		c.fields = c.appendField(c.fields, cell)
		c.ends = append(c.ends, uint32(len(c.fields)))
		l := &c.lists[cell.list]
		change := &out[l.next]
		l.next++
		change.Key, change.Value = l.name, nil
		if cell.stored = !cell.Empty(); cell.stored {
			at := len(c.values)
			c.values = cell.Append(c.values)
			change.Value = c.values[at:len(c.values):len(c.values)]
		}
	}
	c.nameFields(out)
	return out
}

// nameFields gives the changes their fields, parts of one string.
func (c *cells) nameFields(out []state.Change) {
	for _, l := range c.used {
		c.lists[l].next -= c.lists[l].rows
	}
	fields, from := string(c.fields), uint32(0)
	for i, cell := range c.touched {
		l := &c.lists[cell.list]
		out[l.next].Field = fields[from:c.ends[i]]
		l.next++
		from = c.ends[i]
	}
}

// listOf is the list that a cell's changes belong to.
func (c *cells) listOf(key cellKey) uint32 {
	s := &c.series[key.series]
	b := bucketKey{s.tenant.number, s.group, s.rollup, metric.Months}
	switch {
	case key.anchor == monthCell:
	case metric.Groups[s.group].Anchored:
		b.month = calendar.MonthOf(key.anchor)
	default:
		b.month = calendar.MonthOf(key.day)
	}
	place, ok := c.buckets[b]
	if !ok {
		rollup := s.tenant.layout.Rollups[s.group][s.rollup]
		place = uint32(len(c.lists))
		c.lists = append(c.lists, list{name: metric.CellKey(s.tenant.name, metric.Groups[s.group], rollup, b.month), bucket: b.month})
		c.buckets[b] = place
	}
	return place
}

// settle ends a commit, and forgets the cells that were not changed for long, if there are too many.
func (c *cells) settle() {
	for _, l := range c.used {
		c.lists[l].rows = 0
	}
	c.touched, c.lacking, c.used = c.touched[:0], c.lacking[:0], c.used[:0]
	c.commit++
	if c.table.held > 2*c.size {
		c.keep(c.since)
		c.since = 0
	}
	if c.since == 0 && c.table.held > c.size {
		c.since = c.commit
	}
}

// appendField appends the field of a cell's row.
func (c *cells) appendField(b []byte, cell *cell) []byte {
	s := &c.series[cell.key.series]
	b = append(b, s.field...)
	return metric.AppendField(b, metric.Groups[s.group].Anchored, c.lists[cell.list].bucket, cell.key.anchor, cell.key.day)
}
