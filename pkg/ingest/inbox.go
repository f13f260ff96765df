package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
)

// group is whose offsets of the inbox topics are committed.
const group = "weir-ingestor"

const (
	partRecords  = 1000            // records that are judged and written together, at most
	partBytes    = 4 << 20         // and about their bytes
	growthPeriod = time.Minute     // how often new partitions of a topic are looked for
	renewPeriod  = 24 * time.Hour  // how often the offset of a quiet inbox is committed, lest the brokers forget it
	firstPause   = time.Second / 4 // before trying again; it doubles up to lastPause
	lastPause    = 15 * time.Second
)

// inbox takes the events of one tenant from a topic.
type inbox struct {
	topic    string
	tenant   string
	currency string
	gate     *gate
	log      Log
	source   Open
	logger   *slog.Logger
}

// run reads all partitions of the topic, also those that it gets later, until ctx ends. What fails is
// tried again for ever: nothing is passed over.
func (b *inbox) run(ctx context.Context) {
	var reading sync.WaitGroup
	defer reading.Wait()
	known := 0
	failures := failures{logger: b.logger, topic: b.topic}
	for ctx.Err() == nil {
		from, offsets, err := b.start(ctx)
		failures.note(err)
		if err != nil {
			wait(ctx, failures.pause())
			continue
		}
		for ; known < len(offsets); known++ {
			reader := &inboxReader{inbox: b, log: from, partition: known, next: offsets[known]}
			reading.Go(func() { reader.run(ctx) })
		}
		wait(ctx, growthPeriod)
	}
}

// start opens the topic and finds where each partition is to be read from: the committed offset, else
// the first.
func (b *inbox) start(ctx context.Context) (engine.Log, []int64, error) {
	from, first, err := b.source(ctx, b.topic)
	if err != nil {
		return nil, nil, fmt.Errorf("open: %w", err)
	}
	committed, err := b.log.CommittedOffsets(ctx, group, b.topic)
	if err != nil {
		return nil, nil, err
	}
	for partition := range first {
		if partition < len(committed) && committed[partition] >= 0 {
			first[partition] = committed[partition]
		}
	}
	return from, first, nil
}

// inboxReader reads one partition.
type inboxReader struct {
	*inbox
	log       engine.Log
	partition int
	next      int64     // the offset to read next
	committed time.Time // when it was committed last
}

func (r *inboxReader) run(ctx context.Context) {
	r.committed = r.gate.now()
	failures := failures{logger: r.logger, topic: r.topic, partition: r.partition}
	for ctx.Err() == nil {
		err := r.read(ctx)
		failures.note(err)
		if err != nil {
			wait(ctx, failures.pause())
		}
	}
}

// read takes what one fetch brings.
func (r *inboxReader) read(ctx context.Context) error {
	batch, err := r.log.Fetch(ctx, r.partition, r.next)
	if errors.Is(err, engine.ErrOutOfRange) {
		return r.restart(ctx, err)
	}
	if err != nil {
		return err
	}
	for part := range parts(batch.Records) {
		if err := r.take(ctx, part); err != nil {
			return err
		}
	}
	if len(batch.Records) == 0 && r.next > 0 && r.gate.now().Sub(r.committed) > renewPeriod {
		return r.commit(ctx)
	}
	return nil
}

// restart goes to the first offset that the topic holds, where it does not hold the one to read: records
// were deleted before they were read, or the topic was made anew.
func (r *inboxReader) restart(ctx context.Context, cause error) error {
	_, first, err := r.source(ctx, r.topic)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	if r.partition >= len(first) {
		return fmt.Errorf("the topic has only %d partitions: %w", len(first), cause)
	}
	r.logger.Error("inbox does not hold the offset to read; records may be lost",
		"topic", r.topic, "partition", r.partition, "offset", r.next, "first", first[r.partition])
	r.next = first[r.partition]
	return nil
}

// take writes a part of what was read, when the tenant's limit has room for it, and commits that it did.
func (r *inboxReader) take(ctx context.Context, recs []event.Record) error {
	if err := r.gate.await(ctx, r.tenant, r.topic, recs); err != nil {
		return err
	}
	in := r.gate.open(r.tenant, r.currency, len(recs))
	for i := range recs {
		rec := &recs[i]
		in.add(func(e *event.Event) error { return event.FromRecord(rec, e) },
			func() DeadLetter { return letterOf(r.topic, r.partition, *rec) })
	}
	if _, err := in.write(ctx); err != nil {
		return err
	}
	r.next = recs[len(recs)-1].Offset + 1
	return r.commit(ctx)
}

func (r *inboxReader) commit(ctx context.Context) error {
	if err := r.inbox.log.CommitOffset(ctx, group, r.topic, r.partition, r.next); err != nil {
		return err
	}
	r.committed = r.gate.now()
	return nil
}

// parts cuts records into parts that can be held and written at once.
func parts(recs []event.Record) iter.Seq[[]event.Record] {
	return func(yield func([]event.Record) bool) {
		for len(recs) > 0 {
			end, bytes := 0, 0
			for end < len(recs) && end < partRecords && bytes < partBytes {
				bytes += len(recs[end].Value)
				end++
			}
			if !yield(recs[:end]) {
				return
			}
			recs = recs[end:]
		}
	}
}

// failures logs the first of failures in a row, and how it ended.
type failures struct {
	logger    *slog.Logger
	topic     string
	partition int
	row       int
}

// note takes the outcome of a try. That a context ended is no failure.
func (f *failures) note(err error) {
	switch {
	case err != nil && !errors.Is(err, context.Canceled):
		if f.row == 0 {
			f.logger.Warn("inbox failed, trying again", "topic", f.topic, "partition", f.partition, "error", err)
		}
		f.row++
	case err == nil && f.row > 0:
		f.logger.Info("inbox works again", "topic", f.topic, "partition", f.partition, "failures", f.row)
		f.row = 0
	}
}

// pause is how long to wait before the next try.
func (f *failures) pause() time.Duration {
	return min(firstPause<<min(f.row, 10), lastPause)
}

// wait returns after a while, or when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
