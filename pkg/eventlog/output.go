package eventlog

import (
	"context"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
)

var _ engine.Output = (*TopicLog)(nil)

// Send implements engine.Output: see Append.
func (l *TopicLog) Send(ctx context.Context, partition int, recs []event.Record) error {
	_, _, err := l.client.Append(ctx, l.topic, partition, recs)
	return err
}

// Tail implements engine.Output: it reads from so many offsets before the end of the partition. It fails as Fetch
// does.
func (l *TopicLog) Tail(ctx context.Context, partition, most int) ([]event.Record, error) {
	all, err := l.client.Bounds(ctx, l.topic)
	if err != nil {
		return nil, err
	}
	b := all[partition]
	var recs []event.Record
	for at := max(b.First, b.End-int64(most)); at < b.End; {
		batch, next, err := l.client.fetch(ctx, place{l.topic, partition}, at)
		if err != nil {
			return nil, err
		}
		if next == at { // the end of a transaction may follow the last record
			break
		}
		recs, at = append(recs, batch.Records...), next
	}
	return recs, nil
}
