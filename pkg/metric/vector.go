package metric

import (
	"encoding/binary"
	"errors"
	"math"
)

// Measure is one element of a sparse vector: what is counted or summed, by its place in its group.
type Measure struct {
	Index uint16
	Value int64
}

// Vector is what a cell holds: measures in rising order of index, none of them zero.
type Vector []Measure

// ErrOverflow is returned where a sum would leave 64 bits.
var ErrOverflow = errors.New("metric: a sum leaves 64 bits")

// ErrVector is returned for a stored vector that cannot be read.
var ErrVector = errors.New("metric: a stored vector cannot be read")

// Add adds sign·w to v, in place where there is room. After ErrOverflow v is what it was. It is quickest where
// w is in rising order of index too: each element is then looked for behind the one before.
func (v Vector) Add(w []Measure, sign int64) (Vector, error) {
	i := 0
	for j := range w {
		index, value := w[j].Index, sign*w[j].Value
		if value == 0 {
			continue
		}
		if i == len(v) || v[i].Index != index { // else both have the same measures so far, as mostly
			if i = v.search(index, i); i == len(v) || v[i].Index != index {
				v = v.insert(i, Measure{index, value})
				i++
				continue
			}
		}
		sum := v[i].Value + value
		if (value > 0) != (sum > v[i].Value) {
			v, _ = v.Add(w[:j], -sign) // there was room for it before
			return v, ErrOverflow
		}
		if sum == 0 {
			v = append(v[:i], v[i+1:]...)
			continue
		}
		v[i].Value = sum
		i++
	}
	return v, nil
}

// search is where an index is, or would be; the first to look at is a guess.
func (v Vector) search(index uint16, first int) int {
	i := first
	if i > 0 && v[i-1].Index >= index {
		i = 0
	}
	for i < len(v) && v[i].Index < index {
		i++
	}
	return i
}

func (v Vector) insert(i int, m Measure) Vector {
	v = append(v, m)
	if i < len(v)-1 {
		copy(v[i+1:], v[i:])
		v[i] = m
	}
	return v
}

// Get is the value of one measure.
func (v Vector) Get(index uint16) int64 {
	for i := range v {
		if v[i].Index == index {
			return v[i].Value
		}
	}
	return 0
}

// Append appends the stored form: for each measure, how far its index lies beyond the last, and its value.
func (v Vector) Append(b []byte) []byte {
	last := uint16(0)
	for _, m := range v {
		b = binary.AppendUvarint(b, uint64(m.Index-last))
		b = binary.AppendVarint(b, m.Value)
		last = m.Index
	}
	return b
}

// DecodeVector appends what b stores to v, which must be empty.
func DecodeVector(b []byte, v Vector) (Vector, error) {
	index := uint64(0)
	for len(b) > 0 {
		gap, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, ErrVector
		}
		value, m := binary.Varint(b[n:])
		index += gap
		if m <= 0 || index > math.MaxUint16 {
			return nil, ErrVector
		}
		v = append(v, Measure{Index: uint16(index), Value: value})
		b = b[n+m:]
	}
	return v, nil
}
