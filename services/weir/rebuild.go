package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/rebuild"
	"weir.dev/weir/pkg/serve"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
	"weir.dev/weir/pkg/telemetry"
)

// rebuildCmd makes the state anew from the log beside the live one, and puts it in its place.
type rebuildCmd struct {
	Config string   `help:"The configuration that the new state is made with." env:"WEIR_CONFIG" type:"existingfile" placeholder:"FILE"`
	Kafka  []string `required:"" help:"Kafka brokers." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	Redis  string   `required:"" help:"Redis." env:"WEIR_REDIS" placeholder:"ADDR"`
	Rate   int      `help:"Read at most so many events a second of each partition; 0 for as fast as it goes."`
	Back   bool     `xor:"what" help:"Go back to the state that was live before."`
	Drop   bool     `xor:"what" help:"Remove the state that was live before."`
}

// Run rebuilds.
func (c *rebuildCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *rebuildCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	cfg, err := serve.LoadConfig(c.Config)
	if err != nil {
		return err
	}
	layouts, err := cfg.Layouts()
	if err != nil {
		return err
	}
	live, err := store.Dial(c.Redis, store.Config{Definition: cfg.Identity(), Partitions: cfg.Partitions})
	if err != nil {
		return err
	}
	defer func() { _ = live.Close() }() // everything is committed
	if c.Back || c.Drop {
		return c.turn(ctx, live, cfg.Partitions, stdout)
	}
	logger := telemetry.Logger(stderr, slog.LevelWarn)
	log, err := eventlog.Dial(ctx, c.Kafka, logger)
	if err != nil {
		return err
	}
	defer log.Close()
	built, err := live.Beside(ctx)
	if err != nil {
		return err
	}
	for p := range cfg.Partitions {
		plan, err := cfg.Plan(layouts, func(tenant string) bool { return eventlog.PartitionOf(tenant, cfg.Partitions) == p })
		if err != nil {
			return err
		}
		r := rebuilding{
			partition: p, live: live, built: built, log: log, layouts: layouts, plan: plan, rate: c.Rate, logger: logger, out: stdout,
		}
		if err := r.run(ctx); err != nil {
			return fmt.Errorf("partition %d: %w; run it again to go on", p, err)
		}
	}
	return nil
}

// turn goes back to the states before, or removes them.
func (c *rebuildCmd) turn(ctx context.Context, live *store.Store, partitions int, stdout io.Writer) error {
	do, done := live.Back, "is live again"
	if c.Drop {
		do, done = live.Drop, "is removed"
	}
	for p := range partitions {
		switch err := do(ctx, p); {
		case errors.Is(err, store.ErrNoGeneration):
			fmt.Fprintf(stdout, "partition %d: there was no state before\n", p)
		case err != nil:
			return err
		default:
			fmt.Fprintf(stdout, "partition %d: the state before %s\n", p, done)
		}
	}
	return nil
}

// rebuilding is the rebuild of one partition.
type rebuilding struct {
	partition   int
	live, built *store.Store
	log         *eventlog.Client
	layouts     map[string]*metric.Layout
	plan        *publish.Plan
	rate        int
	logger      *slog.Logger
	out         io.Writer
	told        time.Time
}

func (r *rebuilding) run(ctx context.Context) error {
	job := rebuild.Job{
		Partition: r.partition, Log: r.log.Topic(eventlog.Events), Live: r.live, Built: r.built, Rate: r.rate, Logger: r.logger,
		Progress: r.progress,
		Behind:   func(err error) bool { return errors.Is(err, store.ErrBehind) || errors.Is(err, engine.ErrMoved) },
		Runner: func(log engine.Log) *engine.Runner {
			return &engine.Runner{
				Partition: r.partition, Log: log, Store: r.built, Logger: r.logger,
				Machine: aggregate.New(r.layouts, aggregate.Options{Publish: r.plan}),   // what differs is sent once it is live
				Refuse:  func(context.Context, int, state.Refused) error { return nil }, // they are kept already
			}
		},
	}
	result, err := job.Run(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "partition %d: live from offset %d, %s\n", r.partition, result.Offset, compared(result))
	for _, d := range result.Differences[:min(len(result.Differences), shownDifferences)] {
		fmt.Fprintf(r.out, "  %s %q: was %v, is %v\n", d.Key, d.Field, *d.Got, *d.Want)
	}
	return nil
}

func compared(r rebuild.Result) string {
	if !r.Compared {
		return "not compared with the one before"
	}
	return fmt.Sprintf("%d of %d cells differ from the one before", len(r.Differences), r.Cells)
}

// progress tells now and then how far it is.
func (r *rebuilding) progress(offset, end int64) {
	const every = 2 * time.Second
	if time.Since(r.told) >= every && end > 0 {
		r.told = time.Now()
		fmt.Fprintf(r.out, "partition %d: offset %s of %s (%d %%)\n", r.partition, grouped(int(offset)), grouped(int(end)), 100*offset/end)
	}
}
