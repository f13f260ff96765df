package metric

import (
	"encoding/binary"
	"errors"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// Cells are rows, grouped so that what is read together lies together: by tenant, group of measures,
// rollup, and the month of the anchor (of the day, where there is none); the months of a stock's
// rollup have a group of their own. What became known late lies in the row of its cell: an event
// that is late changes one row, not two.

// separator stands between the parts of a key or a field; no dimension holds it.
const separator = "\x1f"

// Months is the bucket of the month cells.
const Months int32 = -1

// CellKey is the key of the rows of a bucket: the month of its cells (year·12 + month−1), or Months.
func CellKey(tenant string, group *Group, rollup Rollup, bucket int32) string {
	name := "months"
	if bucket != Months {
		name = calendar.MonthSpan(bucket).From.String()[:len("2006-01")]
	}
	return strings.Join([]string{"c", tenant, group.Name, rollup.Name, name}, ":")
}

// GroupOfKey is the name of the group that a key of CellKey is of, for a tenant; empty for any other key.
func GroupOfKey(tenant, key string) string {
	rest, ok := strings.CutPrefix(key, "c:"+tenant+":")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, ":")
	return name
}

// Cell is where a cell lies within its rollup.
type Cell struct {
	Values   []string // of the rollup's dimensions
	Currency string
	Anchor   event.Day // of an anchored group
	Day      event.Day // the first of the month in a month cell
}

// ErrCell is returned for a stored cell that cannot be read.
var ErrCell = errors.New("metric: the name of a stored cell cannot be read")

// FieldPrefix is the part of a cell's field that is the same for all cells of its values and currency.
func FieldPrefix(values []string, currency string) string {
	return strings.Join(values, separator) + separator + currency + separator
}

// AppendField appends the rest of a cell's field: where it lies in its bucket.
func AppendField(b []byte, anchored bool, bucket int32, anchor, day event.Day) []byte {
	switch {
	case bucket == Months:
		b = binary.AppendUvarint(b, uint64(calendar.MonthOf(day)))
	case anchored:
		b = binary.AppendUvarint(b, uint64(anchor-calendar.MonthSpan(bucket).From))
		b = binary.AppendVarint(b, int64(day-anchor))
	default:
		b = binary.AppendUvarint(b, uint64(day-calendar.MonthSpan(bucket).From))
	}
	return b
}

// ParseField reads a field of a bucket; n is how many dimensions the rollup has.
func ParseField(field string, n int, anchored bool, bucket int32) (Cell, error) {
	var c Cell
	if n == 0 {
		n = 1 // the empty value of the total
	}
	for range n {
		value, rest, ok := strings.Cut(field, separator)
		if !ok {
			return c, ErrCell
		}
		c.Values, field = append(c.Values, value), rest
	}
	currency, rest, ok := strings.Cut(field, separator)
	if !ok {
		return c, ErrCell
	}
	c.Currency = currency
	d := numbers{b: []byte(rest)}
	switch {
	case bucket == Months:
		c.Day = calendar.MonthSpan(int32(d.uvarint())).From
	case anchored:
		c.Anchor = calendar.MonthSpan(bucket).From + event.Day(d.uvarint())
		c.Day = c.Anchor + event.Day(d.varint())
	default:
		c.Day = calendar.MonthSpan(bucket).From + event.Day(d.uvarint())
	}
	if d.failed || len(d.b) > 0 {
		return c, ErrCell
	}
	return c, nil
}

type numbers struct {
	b      []byte
	failed bool
}

func (d *numbers) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	d.skip(n)
	return v
}

func (d *numbers) varint() int64 {
	v, n := binary.Varint(d.b)
	d.skip(n)
	return v
}

func (d *numbers) skip(n int) {
	if n <= 0 {
		d.failed, n = true, len(d.b)
	}
	d.b = d.b[n:]
}
