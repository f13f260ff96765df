// Package engine runs a pure step over one partition of a log: fetch, load, apply, commit. It knows
// neither Kafka nor Redis, only the interfaces of this file; it never looks into a record or a row.
package engine

import (
	"context"
	"errors"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// Log is one topic of the event log, read by partition and offset.
type Log interface {
	// Fetch returns the records from offset on, waiting a short while for the first. It fails with
	// ErrOutOfRange, and tells First and End all the same, where offset lies below the one or beyond the other.
	Fetch(ctx context.Context, partition int, offset int64) (Batch, error)
}

// Batch is what one fetch brought.
type Batch struct {
	Records []event.Record // offsets rise, and may be sparse
	First   int64          // the log's start
	End     int64          // the log's end: the offset the next record will get
}

// Store keeps the rows of partitions. All of one partition moves together or not at all.
type Store interface {
	// Claim makes the caller the partition's owner: it raises the epoch and returns where the state
	// stands (offset 0 and LastOffset -1 where there is none). It fails with ErrDefinition where
	// the live state was made with another definition or partition count.
	Claim(ctx context.Context, partition int) (state.Meta, error)
	// Read returns the values of rows, nil for one that does not exist, as they are at the epoch and offset
	// of at (what a state.Ref without a field asks for, too); else ErrFenced or ErrMoved: rows that another owner has changed meanwhile must not be mixed with
	// those of before, even if the store loses that owner's commits again.
	Read(ctx context.Context, partition int, at state.Meta, refs []state.Ref) ([][]byte, error)
	// Commit writes changes and next in one step, if the store still holds the caller's epoch and
	// the offset from; else ErrFenced or ErrMoved, and nothing is written. After any other error
	// the outcome is unknown: Meta tells.
	Commit(ctx context.Context, partition int, from int64, next state.Meta, changes []state.Change) error
	// Meta reads where the state stands, without a claim.
	Meta(ctx context.Context, partition int) (state.Meta, error)
}

// Machine is the pure step of one partition, with what it holds in memory. It is used by one
// goroutine. After every call that names missing rows, the engine reads them and Gives their values.
type Machine interface {
	// Begin takes the next records, in order, and names the rows that it knows they will need.
	Begin(recs []event.Record) (missing []state.Ref)
	// Give hands over the rows that were named missing last, in that order; nil for one that does
	// not exist.
	Give(values [][]byte) error
	// Apply folds records until all that were begun are folded, about limit rows have changed,
	// or a row is missing. A record is folded wholly or not at all.
	Apply(limit int) state.Progress
	// Changes lists the new values of the rows that changed since the last Settle, grouped by key;
	// or names rows whose old values it must be given first.
	Changes() (changes []state.Change, missing []state.Ref, err error)
	// Settle ends a commit: kept when the changes are in the store; otherwise everything held is
	// forgotten, the begun records too.
	Settle(kept bool)
}

// Publisher decides what is sent of a partition. It is pure, and used by one goroutine.
type Publisher interface {
	// Resume is told which records the output ends with, in order.
	Resume(tail []event.Record) error
	// Marks names the rows that Plan needs.
	Marks() []state.Read
	// Plan says what is to be sent of what those rows mark.
	Plan(meta state.Meta, rows [][]state.Row) (state.Sending, error)
	// Settled notes that all of the last plan was sent.
	Settled()
	// Ticks are the control records that the partition lacks in an hour (its beginning, in milliseconds
	// since 1970), as the last plan found it.
	Ticks(hour int64) []event.Record
}

// Outbox is what a relay needs of the store.
type Outbox interface {
	// Cut reads the meta and rows of a partition at one instant; rows answer reads in order.
	Cut(ctx context.Context, partition int, reads []state.Read) (state.Meta, [][]state.Row, error)
	// Clear removes those of the rows whose values are still the same.
	Clear(ctx context.Context, partition int, rows state.Group) error
}

// Output is a topic that a relay writes to.
type Output interface {
	// Tail is the records that a partition ends with, at most so many, in order.
	Tail(ctx context.Context, partition, most int) ([]event.Record, error)
	// Send writes records behind each other, once every in-sync replica has them.
	Send(ctx context.Context, partition int, recs []event.Record) error
}

// What a Store or a Log refuses.
var (
	ErrFenced     = errors.New("fenced: another owner has claimed the partition")
	ErrMoved      = errors.New("moved: the store is at another offset")
	ErrDefinition = errors.New("definition: the live state was made with another definition")
	ErrCorrupt    = errors.New("corrupt: the store does not hold what was written")
	ErrStep       = errors.New("step failed: a row cannot be read, or a sum leaves its bounds")
	ErrOutOfRange = errors.New("out of range: the log does not hold the offset")
)
