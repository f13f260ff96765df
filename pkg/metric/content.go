package metric

import (
	"encoding/binary"
	"slices"

	"weir.dev/weir/pkg/event"
)

// Late is the part of a cell that became known on a day after the cell's own.
type Late struct {
	Known  event.Day
	Vector Vector
}

// Content is what a cell holds: the sum of all that is known, and the parts of it that became known late,
// in order of the day. What was known by day K is the sum less the parts of later days.
type Content struct {
	All  Vector
	Late []Late
}

// Add adds sign·w to the sum of all that is known.
func (c *Content) Add(w []Measure, sign int64) (err error) {
	c.All, err = c.All.Add(w, sign)
	return err
}

// AddLate adds sign·w to the part that became known on a day; it does not add to the sum.
func (c *Content) AddLate(known event.Day, w []Measure, sign int64) (err error) {
	i := len(c.Late)
	for i > 0 && c.Late[i-1].Known >= known {
		i--
	}
	if i == len(c.Late) || c.Late[i].Known != known {
		c.Late = slices.Insert(c.Late, i, Late{Known: known})
	}
	c.Late[i].Vector, err = c.Late[i].Vector.Add(w, sign)
	return err
}

// Plus adds sign times another content.
func (c *Content) Plus(d *Content, sign int64) error {
	if err := c.Add(d.All, sign); err != nil {
		return err
	}
	for i := range d.Late {
		if err := c.AddLate(d.Late[i].Known, d.Late[i].Vector, sign); err != nil {
			return err
		}
	}
	return nil
}

// Clone is a copy that shares nothing.
func (c *Content) Clone() *Content {
	d := &Content{All: slices.Clone(c.All)}
	for _, l := range c.Late {
		d.Late = append(d.Late, Late{l.Known, slices.Clone(l.Vector)})
	}
	return d
}

// Reset empties the content, and keeps its room.
func (c *Content) Reset() {
	c.All, c.Late = c.All[:0], c.Late[:0]
}

// Empty reports whether nothing is left in any part.
func (c *Content) Empty() bool {
	return len(c.All) == 0 && !slices.ContainsFunc(c.Late, func(l Late) bool { return len(l.Vector) > 0 })
}

// Append appends the stored form: the sum, and each late part with its day; a part that is the whole sum,
// as after an import, is stored as nothing.
func (c *Content) Append(b []byte) []byte {
	b = appendVector(b, c.All)
	for _, l := range c.Late {
		if len(l.Vector) == 0 {
			continue
		}
		b = binary.AppendVarint(b, int64(l.Known))
		if slices.Equal(l.Vector, c.All) {
			b = append(b, 0)
		} else {
			b = appendVector(b, l.Vector)
		}
	}
	return b
}

// appendVector appends a vector behind its length in bytes.
func appendVector(b []byte, v Vector) []byte {
	var room [128]byte // most are shorter
	stored := v.Append(room[:0])
	b = binary.AppendUvarint(b, uint64(len(stored)))
	return append(b, stored...)
}

// DecodeContent reads the stored form. It fails with ErrVector.
func DecodeContent(b []byte) (*Content, error) {
	c := &Content{}
	if len(b) == 0 {
		return c, nil
	}
	part, b, err := cutVector(b)
	if err != nil {
		return nil, err
	}
	if c.All, err = DecodeVector(part, nil); err != nil {
		return nil, err
	}
	for len(b) > 0 {
		known, n := binary.Varint(b)
		if n <= 0 {
			return nil, ErrVector
		}
		if part, b, err = cutVector(b[n:]); err != nil {
			return nil, err
		}
		v := slices.Clone(c.All)
		if len(part) > 0 {
			if v, err = DecodeVector(part, nil); err != nil {
				return nil, err
			}
		}
		c.Late = append(c.Late, Late{event.Day(known), v})
	}
	return c, nil
}

// cutVector cuts a vector that stands behind its length off b.
func cutVector(b []byte) (vector, rest []byte, err error) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, ErrVector
	}
	return b[n : n+int(size)], b[n+int(size):], nil
}
