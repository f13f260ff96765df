package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/telemetry"
)

// inboxRetention is how long a tenant's own inbox keeps its records, where Weir makes it.
const inboxRetention = 30 * 24 * time.Hour

// run joins the ingestor to the log until ctx ends, which is no error.
func run(ctx context.Context, f flags, settings config.Config, logger *slog.Logger) error {
	client, err := eventlog.Dial(ctx, f.Kafka, logger)
	if err != nil {
		return ended(ctx, err)
	}
	defer client.Close()
	if err := ensure(ctx, client, settings); err != nil {
		return ended(ctx, err)
	}
	id, err := client.ID(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return ended(ctx, err)
	}
	return ingest.Run(ctx, ingest.Options{
		Listener: listener,
		Config:   settings,
		Log:      client,
		LogID:    id,
		Layout: ingest.Layout{
			Partition:   func(tenant string) int { return eventlog.PartitionOf(tenant, settings.Partitions) },
			ErrTooLarge: eventlog.ErrTooLarge,
		},
		Open: func(ctx context.Context, topic string) (engine.Log, []int64, error) {
			bounds, err := client.Bounds(ctx, topic)
			first := make([]int64, len(bounds))
			for i, b := range bounds {
				first[i] = b.First
			}
			return client.Topic(topic), first, err
		},
		Registry: telemetry.Registry(),
		Logger:   logger,
	})
}

// ensure makes and checks the topics. An inbox that a tenant has made itself may be as it likes: it is
// only read.
func ensure(ctx context.Context, client *eventlog.Client, settings config.Config) error {
	if err := client.Ensure(ctx, eventlog.Topics(settings.Partitions)...); err != nil {
		return err
	}
	for _, tenant := range settings.Tenants {
		if tenant.Inbox == "" || tenant.Inbox == eventlog.Inbox {
			continue
		}
		err := client.Ensure(ctx, eventlog.Topic{Name: tenant.Inbox, Partitions: settings.Partitions, Retention: inboxRetention})
		other := errors.Is(err, eventlog.ErrPartitionCount) || errors.Is(err, eventlog.ErrTimestampType) || errors.Is(err, eventlog.ErrRetention)
		if err != nil && !other {
			return err
		}
	}
	return nil
}

// ended forgives what failed because the process was told to end.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
