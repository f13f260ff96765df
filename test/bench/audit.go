package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

// audit recomputes all cells from the log and compares them with the store's, a partition after the
// other: a partition is a home of whole tenants.
func (b *bench) audit(ctx context.Context, topic string) (err error) {
	cfg, err := configuration()
	if err != nil {
		return err
	}
	layouts, err := cfg.Layouts()
	if err != nil {
		return err
	}
	rows, err := openStore(b.redis, b.name, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	start := time.Now()
	var all comparison
	for p := range cfg.Partitions {
		c, err := auditPartition(ctx, layouts, b.log, rows, topic, p)
		if err != nil {
			return fmt.Errorf("audit of partition %d: %w", p, err)
		}
		all.cells += c.cells
		all.different += c.different
	}
	line("cells a deal", "%.1f", float64(all.cells)/float64(b.work.Deals))
	b.right("audit", "%s cells, %d different, in %s", all.different, grouped(int64(all.cells)), all.different, seconds(time.Since(start)))
	return nil
}

// comparison is how many cells were compared, and how many differ.
type comparison struct {
	cells, different int
}

func auditPartition(
	ctx context.Context, layouts map[string]*metric.Layout, log *eventlog.Client, rows *store.Store, topic string, partition int,
) (c comparison, err error) {
	plain := audit.New(layouts)
	if err := replay(ctx, log, topic, partition, plain); err != nil {
		return c, err
	}
	want, err := plain.Cells()
	if err != nil {
		return c, err
	}
	for _, fields := range want {
		c.cells += len(fields)
	}
	found := 0
	compare := func(key string, cells []state.Row) error {
		for _, cell := range cells {
			value, ok := want[key][cell.Field]
			if ok {
				found++
			}
			if !bytes.Equal(value, cell.Value) { // a cell of the store is never empty
				c.different++
			}
		}
		return nil
	}
	for _, kind := range []string{"c:", "l:"} {
		if err := rows.Scan(ctx, partition, kind, compare); err != nil {
			return c, err
		}
	}
	c.different += c.cells - found
	return c, nil
}

// replay gives a partition's records to a recomputation, to the end of the log.
func replay(ctx context.Context, log *eventlog.Client, topic string, partition int, to *audit.Recomputation) error {
	reader := log.Topic(topic)
	for next := int64(0); ; {
		batch, err := reader.Fetch(ctx, partition, next)
		if err != nil {
			return err
		}
		for _, rec := range batch.Records {
			to.Add(rec)
			next = rec.Offset + 1
		}
		if next >= batch.End {
			return nil
		}
	}
}
