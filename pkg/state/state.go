// Package state is the vocabulary of what a partition remembers: rows, the changes to them that are
// committed in one step, and the position that is committed with them. It is pure; how rows are kept
// belongs to package store, what they mean to package aggregate.
package state

import "weir.dev/weir/pkg/event"

// Ref names one row of a partition: a field of a keyed group of rows (in Redis, of a hash). Read without a
// field, it asks whether the group is empty: the value is then not nil where it has no rows.
type Ref struct {
	Key, Field string
}

// Change is the new value of a row. A nil Value removes the row.
type Change struct {
	Ref
	Value []byte
}

// Row is one field of a group and its value.
type Row struct {
	Field string
	Value []byte
}

// Group is rows of one key.
type Group struct {
	Key  string
	Rows []Row
}

// Read asks for rows of one group: those of Fields, or all of them where Fields is nil.
type Read struct {
	Key    string
	Fields []string
}

// Meta is where a partition's state stands; it is committed together with the rows.
type Meta struct {
	Offset     int64  // the next offset to apply: all below it is in the rows, nothing from it on
	Epoch      int64  // of the owner; rises by one with each claim
	Definition string // hash of all that shapes contributions
	Partitions int    // of the log, when the state began
	LastOffset int64  // of the last applied record, -1 before the first
	LastSum    uint64 // checksum of that record: a recreated log shows here
	Watermark  int64  // latest event time applied, milliseconds
	AppliedAt  int64  // when the last commit was made, milliseconds
	Goal       int64  // the log's end when the state began: before it, the state is still being built
}

// Progress is what a step did with the records that it was given.
type Progress struct {
	Applied   int       // records folded, the refused ones among them
	Missing   []Ref     // rows to be given before the next record can be folded
	Refused   []Refused // records that cannot be folded, ever
	Watermark int64     // latest event time folded, milliseconds; 0 for none
}

// Refused is a record that was passed over, and why.
type Refused struct {
	Record event.Record
	Err    error
}
