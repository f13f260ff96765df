package aggregate

import (
	"math"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// cellKey names one cell. A month cell has the anchor monthCell and the first day of its month.
type cellKey struct {
	series      uint32
	anchor, day event.Day
}

const monthCell event.Day = math.MinInt32

// bucketKey names the group of rows that a cell lies in.
type bucketKey struct {
	tenant uint16
	group  uint8
	rollup uint8
	month  int32
}

// pending is what the commit under way adds to a cell.
type pending struct {
	metric.Content
	key  cellKey
	held *metric.Content   // what it is added to, once that is known
	list *list             // of the commit's changes, in which its own stands
	end  int               // of its field, among the commit's fields
	room [6]metric.Measure // of most contents, so that adding stays in one place of the memory
}

// held is a cell as the store has it.
type held struct {
	metric.Content
	room [4]metric.Measure // as in pending
}

// list is the changes of a commit to one group of rows.
type list struct {
	name string
	rows int // how many there are
	next int // where the next one stands, among all changes
}

// cells adds up contributions between commits, and holds the cells that were changed lately.
type cells struct {
	tenants  []*tenant
	symbols  symbols
	index    map[seriesKey]uint32
	series   []series
	held     *state.Cache[cellKey, *metric.Content]
	pending  map[cellKey]*pending
	touched  []*pending // the pending ones, in the order in which they came
	free     []*pending // to be used again
	lists    map[bucketKey]*list
	used     []*list // by the commit under way
	fields   []byte  // the names of its rows, one behind the other
	values   []byte  // and their stored forms
	commit   int     // counts the commits, from 1
	updates  int64
	dims     *ledger.Dims // whose symbols are in carried
	carried  [ledger.NumDims]uint32
	resolved [ledger.NumDims]bool
}

func newCells(size int) *cells {
	return &cells{
		symbols: symbols{numbers: map[string]uint32{}},
		index:   map[seriesKey]uint32{},
		held:    state.NewCache[cellKey, *metric.Content](size),
		pending: map[cellKey]*pending{},
		lists:   map[bucketKey]*list{},
		commit:  1,
	}
}

// forget drops everything but the names.
func (c *cells) forget() {
	c.held.Clear()
	c.drop()
}

// delta is a contribution to be added to a cell: to all that is known of it where total is set, and to what
// became known on a day where that is not 0.
type delta struct {
	key    cellKey
	vector []metric.Measure
	sign   int64
	total  bool
	known  event.Day
}

// spread adds a point, with a sign, to the rollups of its group: to all that is known where total is set,
// and to what became known on day known where that is after the point's.
func (c *cells) spread(out []delta, t *tenant, p *metric.Points, pt *metric.Point, sign int64, known event.Day, total bool) []delta {
	if known <= pt.Day {
		if known = 0; !total {
			return out
		}
	}
	if pt.Dims != c.dims {
		c.dims, c.resolved = pt.Dims, [ledger.NumDims]bool{}
	}
	g := metric.Groups[pt.Group]
	rollups := t.layout.Rollups[pt.Group]
	from, to := 0, len(rollups)
	if pt.Rollup != metric.AllRollups {
		from, to = int(pt.Rollup), int(pt.Rollup)+1
	}
	key := seriesKey{tenant: t.number, group: pt.Group, currency: packCurrency(pt.Currency)}
	cell := cellKey{day: pt.Day, anchor: pt.Anchor}
	for i := from; i < to; i++ {
		key.rollup = uint8(i)
		key.values = [maxRollupDims]uint32{}
		for j, dim := range rollups[i].Dims {
			key.values[j] = c.symbol(g, pt, dim)
		}
		cell.series = c.seriesOf(key)
		out = append(out, delta{cell, p.Vector(pt), sign, total, known})
	}
	return out
}

// add adds deltas to what is pending: all of them, or none where a sum would overflow.
func (c *cells) add(deltas []delta) error {
	for i := range deltas {
		if err := c.addOne(&deltas[i], 1); err != nil {
			for j := range i {
				_ = c.addOne(&deltas[j], -1) // takes back what had room
			}
			return err
		}
	}
	return nil
}

func (c *cells) addOne(d *delta, sign int64) error {
	cell := c.at(d.key)
	c.updates++
	if !d.total {
		return cell.AddLate(d.known, d.vector, sign*d.sign)
	}
	if d.known != 0 {
		c.updates++
	}
	return cell.Add(d.known, d.vector, sign*d.sign)
}

// at is what is pending for a cell.
func (c *cells) at(key cellKey) *pending {
	s := &c.series[key.series]
	if s.commit == c.commit && s.recent.key == key {
		return s.recent
	}
	cell, ok := c.pending[key]
	if !ok {
		if n := len(c.free); n > 0 {
			cell, c.free = c.free[n-1], c.free[:n-1]
		} else {
			cell = &pending{}
			cell.Use(cell.room[:0])
		}
		cell.key = key
		c.pending[key] = cell
		c.touched = append(c.touched, cell)
	}
	s.recent, s.commit = cell, c.commit
	return cell
}

// withMonths adds to what is pending the month cells of stocks that follow from it.
func (c *cells) withMonths() error {
	for _, cell := range c.touched { // not those that come to it here
		if !metric.Groups[c.series[cell.key.series].group].Stock {
			continue
		}
		month := cellKey{cell.key.series, monthCell, calendar.MonthSpan(calendar.MonthOf(cell.key.day)).From}
		if err := c.at(month).Plus(&cell.Content); err != nil {
			return err
		}
	}
	return nil
}

// missing names the cells that changed and are not held.
func (c *cells) missing() []cellKey {
	var keys []cellKey
	for _, cell := range c.touched {
		if cell.held == nil {
			if held, ok := c.held.Get(cell.key); ok {
				cell.held = held
			} else {
				keys = append(keys, cell.key)
			}
		}
	}
	return keys
}

// give hands over cells that were missing.
func (c *cells) give(keys []cellKey, values [][]byte) error {
	for i, key := range keys {
		cell := &held{}
		cell.Use(cell.room[:0])
		if err := cell.Decode(values[i]); err != nil {
			return err
		}
		c.held.Put(key, &cell.Content)
		c.pending[key].held = &cell.Content
	}
	return nil
}

// changes appends the new values of all cells that changed, group by group. What is held is changed with
// them: a commit that fails must forget it. They are valid until the next call.
func (c *cells) changes(out []state.Change) ([]state.Change, error) {
	fields := c.place(len(out))
	out = slices.Grow(out, len(c.touched))[:len(out)+len(c.touched)]
	c.values = c.values[:0]
	from := 0
	for _, cell := range c.touched {
		if err := cell.held.Plus(&cell.Content); err != nil {
			return nil, err
		}
		change := state.Change{Ref: state.Ref{Key: cell.list.name, Field: fields[from:cell.end]}}
		from = cell.end
		if !cell.held.Empty() {
			at := len(c.values)
			c.values = cell.held.Append(c.values)
			change.Value = c.values[at:len(c.values):len(c.values)]
		}
		out[cell.list.next] = change
		cell.list.next++
	}
	return out, nil
}

// place gives every changed cell its list, and every list its place among all changes, from first on. It
// returns the fields of the cells, one behind the other.
func (c *cells) place(first int) (fields string) {
	c.fields = c.fields[:0]
	for _, cell := range c.touched {
		l, b := c.listOf(cell.key)
		if l.rows == 0 {
			c.used = append(c.used, l)
		}
		l.rows++
		c.fields = c.appendField(c.fields, cell.key, b)
		cell.list, cell.end = l, len(c.fields)
	}
	for _, l := range c.used {
		l.next = first
		first += l.rows
		l.rows = 0
	}
	c.used = c.used[:0]
	return string(c.fields)
}

// listOf is the list that a cell's change belongs to, and the bucket of both.
func (c *cells) listOf(key cellKey) (l *list, bucket int32) {
	s := &c.series[key.series]
	if key.anchor == monthCell {
		if s.months == nil {
			s.months = c.newList(s, metric.Months)
		}
		return s.months, metric.Months
	}
	day := key.day
	if metric.Groups[s.group].Anchored {
		day = key.anchor
	}
	if bucket = calendar.MonthOf(day); s.list == nil || s.bucket != bucket {
		s.list, s.bucket = c.newList(s, bucket), bucket
	}
	return s.list, bucket
}

// newList is the list of a bucket, made where there is none yet.
func (c *cells) newList(s *series, bucket int32) *list {
	b := bucketKey{s.tenant, s.group, s.rollup, bucket}
	l, ok := c.lists[b]
	if !ok {
		rollup := c.rollup(s.tenant, s.group, s.rollup)
		l = &list{name: metric.CellKey(c.tenants[s.tenant].name, metric.Groups[s.group], rollup, bucket)}
		c.lists[b] = l
	}
	return l
}

// drop forgets what is pending.
func (c *cells) drop() {
	for _, cell := range c.touched {
		cell.Reset()
		cell.held, cell.list = nil, nil
	}
	c.free = append(c.free, c.touched...)
	c.touched = c.touched[:0]
	c.commit++
	clear(c.pending)
}

// appendField appends the field of a cell's row.
func (c *cells) appendField(b []byte, key cellKey, bucket int32) []byte {
	s := &c.series[key.series]
	return metric.AppendField(append(b, s.field...), metric.Groups[s.group].Anchored, bucket, key.anchor, key.day)
}

func (c *cells) ref(key cellKey) state.Ref {
	l, bucket := c.listOf(key)
	return state.Ref{Key: l.name, Field: string(c.appendField(nil, key, bucket))}
}
