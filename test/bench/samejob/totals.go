package main

import (
	"context"
	"strconv"
	"sync"
	"time"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

// partitions is how many the input and the output have.
const partitions = 8

// publishEvery is the least time from one publication to the next: cells that change more often are
// published once.
const publishEvery = 20 * time.Millisecond

// totals adds up what the partitions have committed.
type totals struct {
	mu      sync.Mutex
	cells   map[string]*total
	changed []*total
}

// total is a cell over all partitions.
type total struct {
	name    string
	to      int // partition of the output
	parts   [partitions]sum
	changed bool // since it was published
}

func newTotals() *totals { return &totals{cells: map[string]*total{}} }

// set takes the committed value of a partition's part. The caller holds the lock.
func (t *totals) set(partition int, name string, part sum) {
	c, ok := t.cells[name]
	if !ok {
		c = &total{name: name, to: eventlog.PartitionOf(name, partitions)}
		t.cells[name] = c
	}
	c.parts[partition] = part
	t.touch(c)
}

func (t *totals) touch(c *total) {
	if !c.changed {
		c.changed = true
		t.changed = append(t.changed, c)
	}
}

// record is a total's present value, as the peers write it.
func (c *total) record() event.Record {
	var all sum
	for _, part := range c.parts {
		all.count += part.count
		all.cents += part.cents
	}
	value := strconv.AppendInt([]byte(`{"count":`), all.count, 10)
	value = strconv.AppendInt(append(value, `,"cents":`...), all.cents, 10)
	return event.Record{Key: []byte(c.name), Value: append(value, '}')}
}

// take hands out the totals that changed, as records by partition of the output.
func (t *totals) take() (records [partitions][]event.Record, some bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.changed {
		c.changed = false
		records[c.to] = append(records[c.to], c.record())
	}
	some = len(t.changed) > 0
	t.changed = t.changed[:0]
	return records, some
}

// publish writes totals that changed, again and again until ctx ends. There is one publication at a
// time, so the records of a cell are in the order of its values; one that may have failed is sent again
// before any later one.
func (t *totals) publish(ctx context.Context, log *eventlog.Client, topic string) error {
	tick := time.NewTicker(publishEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if records, some := t.take(); some {
			if err := appendAll(ctx, log, topic, records); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
}

// appendAll appends to all partitions side by side.
func appendAll(ctx context.Context, log *eventlog.Client, topic string, records [partitions][]event.Record) error {
	errs := make(chan error, partitions)
	for p := range records {
		go func() { errs <- appendTo(ctx, log, topic, p, records[p]) }()
	}
	var first error
	for range partitions {
		if err := <-errs; first == nil {
			first = err
		}
	}
	return first
}

// attempts is how often a publication is tried: each time for as long as the log's own patience.
const attempts = 5

func appendTo(ctx context.Context, log *eventlog.Client, topic string, partition int, records []event.Record) (err error) {
	for range attempts {
		if _, _, err = log.Append(ctx, topic, partition, records); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// rows is the store, which tells the totals what is committed. It implements engine.Store. The engine
// calls it for one partition from one goroutine, so what it tells is in the order of the commits.
type rows struct {
	*store.Store
	totals *totals
}

// Commit implements engine.Store.
func (r *rows) Commit(ctx context.Context, partition int, from int64, next state.Meta, changes []state.Change) error {
	if err := r.Store.Commit(ctx, partition, from, next, changes); err != nil {
		return err
	}
	r.totals.mu.Lock()
	defer r.totals.mu.Unlock()
	for i := range changes {
		if changes[i].Key != cellsKey {
			continue
		}
		part, err := decodeSum(changes[i].Value)
		if err != nil {
			return err
		}
		r.totals.set(partition, changes[i].Field, part)
	}
	return nil
}

// Claim implements engine.Store: what the partition has comes from the store.
func (r *rows) Claim(ctx context.Context, partition int) (state.Meta, error) {
	meta, err := r.Store.Claim(ctx, partition)
	if err != nil {
		return meta, err
	}
	return meta, r.load(ctx, partition)
}

// Meta implements engine.Store. The engine asks after a commit of which it does not know the outcome, or
// when the store went back: again, what the partition has comes from the store.
func (r *rows) Meta(ctx context.Context, partition int) (state.Meta, error) {
	meta, err := r.Store.Meta(ctx, partition)
	if err != nil || meta.Offset == 0 {
		return meta, err
	}
	return meta, r.load(ctx, partition)
}

// load reads all parts of a partition; those that the store does not have are nothing.
func (r *rows) load(ctx context.Context, partition int) error {
	stored := map[string]sum{}
	err := r.Scan(ctx, partition, cellsKey, func(_ string, cells []state.Row) error {
		for _, row := range cells {
			part, err := decodeSum(row.Value)
			if err != nil {
				return err
			}
			stored[row.Field] = part
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.totals.mu.Lock()
	defer r.totals.mu.Unlock()
	for name, c := range r.totals.cells {
		if _, ok := stored[name]; !ok && c.parts[partition] != (sum{}) {
			c.parts[partition] = sum{}
			r.totals.touch(c)
		}
	}
	for name, part := range stored {
		r.totals.set(partition, name, part)
	}
	return nil
}
