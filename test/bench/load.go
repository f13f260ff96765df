package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/test/bench/workload"
)

const (
	partitions = 8
	// loadBatch is how many records one append carries: about a request's worth.
	loadBatch = 2000
)

// topic makes a topic of this run.
func (b *bench) topic(ctx context.Context, what string) (string, error) {
	name := b.name + "-" + what
	return name, b.log.Ensure(ctx, eventlog.Topic{Name: name, Partitions: partitions, Retention: eventlog.Forever})
}

// load writes the whole workload to a topic.
func (b *bench) load(ctx context.Context, topic string, record func(*workload.Event) event.Record) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	start := time.Now()
	var lanes [partitions]chan []event.Record
	var running sync.WaitGroup
	for p := range lanes {
		lanes[p] = make(chan []event.Record, 1)
		running.Go(func() {
			if err := b.appendAll(ctx, topic, p, lanes[p]); err != nil {
				cancel(err)
			}
		})
	}
	b.deal(ctx, lanes, record)
	running.Wait()
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("load %s: %w", topic, err)
	}
	line("loaded in", "%s", seconds(time.Since(start)))
	return nil
}

// deal gives the records to the lanes of their partitions, and closes the lanes.
func (b *bench) deal(ctx context.Context, lanes [partitions]chan []event.Record, record func(*workload.Event) event.Record) {
	var waiting [partitions][]event.Record
	send := func(p int) {
		select {
		case lanes[p] <- waiting[p]:
		case <-ctx.Done():
		}
		waiting[p] = nil
	}
	for i := range b.work.Events {
		rec := record(&b.work.Events[i])
		p := eventlog.PartitionOf(string(rec.Key), partitions)
		waiting[p] = append(waiting[p], rec)
		if len(waiting[p]) == loadBatch {
			send(p)
		}
	}
	for p := range lanes {
		send(p)
		close(lanes[p])
	}
}

func (b *bench) appendAll(ctx context.Context, topic string, partition int, batches <-chan []event.Record) error {
	for recs := range batches {
		if _, _, err := b.log.Append(ctx, topic, partition, recs); err != nil {
			return err
		}
	}
	return nil
}
