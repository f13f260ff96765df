package ledger

import (
	"encoding/binary"
	"errors"

	"weir.dev/weir/pkg/event"
)

// ErrCorrupt is returned for stored facts that cannot be read.
var ErrCorrupt = errors.New("ledger: stored facts cannot be read")

// Table is the texts that a block has named so far. A text that recurs is stored as a reference to
// its first place, so that a source or an owner costs a byte or two.
type Table []string

const (
	minShared = 2    // shorter texts are not worth a reference
	maxShared = 4096 // texts of one block that can be referred to
)

// How a field's value is stored.
const (
	formText = iota
	formNumber
	formClear
)

// Append appends a fact to a block, whose texts the table holds.
func (t *Table) Append(block []byte, f *Fact) []byte {
	block = append(block, byte(f.Kind))
	block = binary.AppendVarint(block, f.Time)
	block = binary.AppendVarint(block, int64(f.Known))
	block = binary.AppendVarint(block, int64(f.Until))
	block = t.shared(block, f.Source)
	block = plain(block, f.Sequence)
	block = plain(block, f.ID)
	block = binary.LittleEndian.AppendUint32(block, f.Sum)
	block = t.shared(block, f.Origin)
	block = t.shared(block, f.Via)
	block = binary.AppendUvarint(block, uint64(len(f.Fields)))
	for i := range f.Fields {
		block = t.field(block, &f.Fields[i])
	}
	return block
}

func (t *Table) field(block []byte, v *Field) []byte {
	block = append(block, byte(v.Name))
	switch {
	case v.Clear:
		return append(block, formClear)
	case v.Text != "":
		return t.shared(append(block, formText), v.Text)
	default:
		return binary.AppendVarint(append(block, formNumber, v.Scale), v.Int)
	}
}

// shared stores a text that is likely to recur: a reference (odd) or the text itself (even).
func (t *Table) shared(block []byte, s string) []byte {
	if len(s) >= minShared {
		for i, known := range *t {
			if known == s {
				return binary.AppendUvarint(block, uint64(i)<<1|1)
			}
		}
		t.add(s)
	}
	return append(binary.AppendUvarint(block, uint64(len(s))<<1), s...)
}

func (t *Table) add(s string) {
	if len(*t) < maxShared {
		*t = append(*t, s)
	}
}

func plain(block []byte, s string) []byte {
	return append(binary.AppendUvarint(block, uint64(len(s))), s...)
}

// Facts is room for decoded facts, to be used again.
type Facts struct {
	List   []Fact
	fields []Field
	table  Table
}

// Reset empties it; what was decoded before must no longer be used.
func (fs *Facts) Reset() { fs.List, fs.fields = fs.List[:0], fs.fields[:0] }

// Decode appends the facts of a block to the list, in the order in which they were stored. Their texts are
// parts of the block. The table, which is what Append needs to go on with the block, is valid until the
// next Decode.
func (fs *Facts) Decode(block string) (Table, error) {
	d := decoder{block: block, table: fs.table[:0]}
	for d.block != "" && !d.failed {
		f := Fact{Kind: event.Kind(d.byte())}
		f.Time = d.varint()
		f.Known, f.Until = event.Day(d.varint()), event.Day(d.varint())
		f.Source, f.Sequence, f.ID = d.shared(), d.plain(), d.plain()
		f.Sum = d.sum()
		f.Origin, f.Via = d.shared(), d.shared()
		n, from := d.uvarint(), len(fs.fields)
		for ; n > 0 && !d.failed; n-- {
			fs.fields = append(fs.fields, d.field())
		}
		f.Fields = fs.fields[from:len(fs.fields):len(fs.fields)]
		fs.List = append(fs.List, f)
	}
	fs.table = d.table
	if d.failed {
		return nil, ErrCorrupt
	}
	return d.table, nil
}

// decoder reads a block from its start; a block that ends early, or refers to a text that was not
// named, sets failed and reads as zeros.
type decoder struct {
	block  string
	table  Table
	failed bool
}

func (d *decoder) byte() byte {
	if d.block == "" {
		d.failed = true
		return 0
	}
	b := d.block[0]
	d.block = d.block[1:]
	return b
}

func (d *decoder) uvarint() uint64 {
	var x uint64
	for shift := 0; shift < 64; shift += 7 {
		b := d.byte()
		x |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return x
		}
	}
	d.failed = true
	return 0
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (d *decoder) take(n uint64) string {
	if n > uint64(len(d.block)) {
		d.failed = true
		return ""
	}
	s := d.block[:n]
	d.block = d.block[n:]
	return s
}

func (d *decoder) plain() string { return d.take(d.uvarint()) }

func (d *decoder) shared() string {
	n := d.uvarint()
	if n&1 == 0 {
		s := d.take(n >> 1)
		if len(s) >= minShared {
			d.table.add(s)
		}
		return s
	}
	if n>>1 >= uint64(len(d.table)) {
		d.failed = true
		return ""
	}
	return d.table[n>>1]
}

func (d *decoder) sum() uint32 {
	s := d.take(4)
	if len(s) < 4 {
		return 0
	}
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func (d *decoder) field() Field {
	v := Field{Name: Name(d.byte())}
	switch d.byte() {
	case formText:
		v.Text = d.shared()
	case formNumber:
		v.Scale = d.byte()
		v.Int = d.varint()
	case formClear:
		v.Clear = true
	default:
		d.failed = true
	}
	return v
}
