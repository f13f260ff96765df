package serve

import (
	"context"
	"errors"
	"fmt"

	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/query"
	"weir.dev/weir/pkg/store"
)

// Query answers questions until ctx ends. It only reads the store, and asks the log where it ends.
func Query(ctx context.Context, p Parts) error {
	log, err := openLog(ctx, p)
	if log != nil {
		defer log.Close()
	}
	if err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	rows, err := openStore(ctx, p)
	if rows != nil {
		defer func() { _ = rows.Close() }() // nothing was written
	}
	if err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	id, err := log.ID(ctx)
	if err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	return query.Run(ctx, query.Options{
		Listener: p.Listener, Config: p.Config, Reader: rows, NoState: store.ErrNoState, Ends: ends{log}, LogID: id,
		Partition: func(tenant string) int { return eventlog.PartitionOf(tenant, p.Config.Partitions) },
		Logger:    p.Logger,
	})
}

// ends tells where the event log ends.
type ends struct {
	log *eventlog.Client
}

// End is the offset that the next record of a partition will get.
func (e ends) End(ctx context.Context, partition int) (int64, error) {
	bounds, err := e.log.Bounds(ctx, eventlog.Events)
	if err != nil {
		return 0, err
	}
	if partition >= len(bounds) {
		return 0, fmt.Errorf("the log has no partition %d", partition)
	}
	return bounds[partition].End, nil
}
