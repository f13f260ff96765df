package ingest

import (
	"context"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
)

// Appender writes to the event log.
type Appender interface {
	// Append writes records to the end of a partition and returns the offsets of the first and the
	// last once all in-sync replicas have them. After an error some or all may have been written.
	Append(ctx context.Context, topic string, partition int, recs []event.Record) (first, last int64, err error)
}

// Log is what the edge needs of the event log: to write to it, and to remember how far it has read.
type Log interface {
	Appender
	// CommittedOffsets are the offsets that a group reads next of a topic, by partition; negative where
	// it has none.
	CommittedOffsets(ctx context.Context, group, topic string) ([]int64, error)
	// CommitOffset makes offset the next that a group reads of a partition.
	CommitOffset(ctx context.Context, group, topic string, partition int, offset int64) error
}

// Open begins to read a topic: it returns a reader, and the first offset that the topic holds of each
// of its partitions.
type Open func(ctx context.Context, topic string) (topicLog engine.Log, first []int64, err error)

// Layout is what a writer knows of the log.
type Layout struct {
	Partition   func(tenant string) int // the partition of a tenant, in each topic of Weir
	ErrTooLarge error                   // what Append fails with for a record that the topic never takes
}

const (
	eventsTopic     = "weir.events.v1"
	deadLetterTopic = "weir.deadletter.v1"
)
