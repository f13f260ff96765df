package serve

import (
	"context"
	"errors"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/telemetry"
)

// inboxRetention is how long a tenant's own inbox keeps its records, where Weir makes it.
const inboxRetention = 30 * 24 * time.Hour

// Ingestor takes events in over HTTP and from the inbox topics, until ctx ends. It uses no store.
func Ingestor(ctx context.Context, p Parts) error {
	log, err := openLog(ctx, p)
	if log != nil {
		defer log.Close()
	}
	if err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	if err := ensureInboxes(ctx, log, p); err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	id, err := log.ID(ctx)
	if err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	return ingest.Run(ctx, ingest.Options{
		Listener: p.Listener, Config: p.Config, Log: log, LogID: id, Layout: intakeLayout(p.Config.Partitions),
		Open: func(ctx context.Context, topic string) (engine.Log, []int64, error) {
			bounds, err := log.Bounds(ctx, topic)
			first := make([]int64, len(bounds))
			for i, b := range bounds {
				first[i] = b.First
			}
			return log.Topic(topic), first, err
		},
		Registry: telemetry.Registry(), Logger: p.Logger,
	})
}

// ensureInboxes makes the inboxes that tenants name and that do not exist. One that a tenant has made
// itself may be as it likes: it is only read.
func ensureInboxes(ctx context.Context, log *eventlog.Client, p Parts) error {
	for _, tenant := range p.Config.Tenants {
		if tenant.Inbox == "" || tenant.Inbox == eventlog.Inbox {
			continue
		}
		err := log.Ensure(ctx, eventlog.Topic{Name: tenant.Inbox, Partitions: p.Config.Partitions, Retention: inboxRetention})
		differs := errors.Is(err, eventlog.ErrPartitionCount) || errors.Is(err, eventlog.ErrTimestampType) || errors.Is(err, eventlog.ErrRetention)
		if err != nil && !differs {
			return err
		}
	}
	return nil
}
