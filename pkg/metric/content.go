package metric

import (
	"encoding/binary"
	"fmt"
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
	all  Vector
	late *lates // nil for none, as in most
	// Where all of it became known late, and on one day, as after an import, this is the day; the one late
	// part, which would equal the sum, is then not kept beside it.
	once event.Day
}

// lates are late parts, in order of the day.
type lates []Late

// parts are the late parts.
func (c *Content) parts() lates {
	if c.late == nil {
		return nil
	}
	return *c.late
}

// Add adds sign·w to the sum of all that is known, and to the part that became known on a day, unless that
// is 0. After ErrOverflow nothing is added.
func (c *Content) Add(known event.Day, w []Measure, sign int64) (err error) {
	if known != 0 && len(c.all) == 0 && len(c.parts()) == 0 {
		c.once = known
	}
	beside := known != c.once
	if beside {
		if err := c.AddLate(known, w, sign); err != nil {
			return err
		}
	}
	if c.all, err = c.all.Add(w, sign); err != nil && beside {
		_ = c.AddLate(known, w, -sign) // there was room for it before
	}
	return err
}

// AddLate adds sign·w to the part that became known on a day, if that is not 0; it does not add to the sum.
func (c *Content) AddLate(known event.Day, w []Measure, sign int64) (err error) {
	if c.once != 0 {
		c.setLate(append(c.parts()[:0], Late{c.once, slices.Clone(c.all)}))
		c.once = 0
	}
	if known == 0 {
		return nil
	}
	list := c.parts()
	i := len(list)
	for i > 0 && list[i-1].Known >= known {
		i--
	}
	if i == len(list) || list[i].Known != known {
		list = slices.Insert(list, i, Late{Known: known})
		c.setLate(list)
	}
	list[i].Vector, err = list[i].Vector.Add(w, sign)
	return err
}

func (c *Content) setLate(list lates) {
	if c.late == nil {
		c.late = new(lates)
	}
	*c.late = list
}

// Plus adds another content.
func (c *Content) Plus(d *Content) error {
	if d.once != 0 || len(d.parts()) == 0 {
		return c.Add(d.once, d.all, 1)
	}
	for _, l := range d.parts() {
		if err := c.AddLate(l.Known, l.Vector, 1); err != nil {
			return err
		}
	}
	var err error
	c.all, err = c.all.Add(d.all, 1)
	return err
}

// String is the sum, the late parts, and the day on which all of it became known, if there is one.
func (c Content) String() string { return fmt.Sprintf("{%v %v %d}", c.all, c.parts(), c.once) }

// All is the sum of all that is known.
func (c *Content) All() Vector { return c.all }

// KnownBy is what was known by a day. It uses up the content.
func (c *Content) KnownBy(day event.Day) (v Vector, err error) {
	if c.once > day {
		return nil, nil
	}
	v = c.all
	for _, l := range c.parts() {
		if l.Known > day {
			if v, err = v.Add(l.Vector, -1); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

// Use gives an empty content room for its sum.
func (c *Content) Use(room []Measure) { c.all = room[:0] }

// Reset empties the content, and keeps its room.
func (c *Content) Reset() {
	c.all, c.once = c.all[:0], 0
	if c.late != nil {
		*c.late = (*c.late)[:0]
	}
}

// Empty reports whether nothing is left in any part.
func (c *Content) Empty() bool {
	return len(c.all) == 0 && !slices.ContainsFunc(c.parts(), func(l Late) bool { return len(l.Vector) > 0 })
}

// Append appends the stored form: the sum, and each late part with its day; a part that is the whole sum is
// stored as nothing.
func (c *Content) Append(b []byte) []byte {
	b = appendVector(b, c.all)
	if c.once != 0 {
		return append(binary.AppendVarint(b, int64(c.once)), 0)
	}
	for _, l := range c.parts() {
		if len(l.Vector) == 0 {
			continue
		}
		b = binary.AppendVarint(b, int64(l.Known))
		if slices.Equal(l.Vector, c.all) {
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

// Decode makes the content that b stores; nothing is an empty one. It fails with ErrVector.
func (c *Content) Decode(b []byte) error {
	c.Reset()
	if len(b) == 0 {
		return nil
	}
	part, b, err := cutVector(b)
	if err != nil {
		return err
	}
	if c.all, err = DecodeVector(part, c.all); err != nil {
		return err
	}
	for len(b) > 0 {
		known, n := binary.Varint(b)
		if n <= 0 {
			return ErrVector
		}
		if part, b, err = cutVector(b[n:]); err != nil {
			return err
		}
		if len(part) == 0 && len(b) == 0 && len(c.parts()) == 0 {
			c.once = event.Day(known)
			return nil
		}
		v := slices.Clone(c.all)
		if len(part) > 0 {
			if v, err = DecodeVector(part, nil); err != nil {
				return err
			}
		}
		c.setLate(append(c.parts(), Late{event.Day(known), v}))
	}
	return nil
}

// cutVector cuts a vector that stands behind its length off b.
func cutVector(b []byte) (vector, rest []byte, err error) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, ErrVector
	}
	return b[n : n+int(size)], b[n+int(size):], nil
}
