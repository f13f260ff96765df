package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/serve"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

// drainCommand is the argument with which the benchmark is the aggregator alone, so that its CPU time and
// its memory are a process's.
const drainCommand = "drain"

// drained is what a drain did.
type drained struct {
	Events, Refused, Commits, Rows int64
	CellUpdates, Duplicates        int64
	Seconds                        float64
}

// drain applies a topic to its end, as the aggregator's service does, and prints what it did.
func drain(ctx context.Context, logger *slog.Logger) (err error) {
	stop, err := profile(os.Getenv("CPU_PROFILE"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	serve.TuneGC()
	cfg, err := configuration()
	if err != nil {
		return err
	}
	log, err := eventlog.Dial(ctx, strings.Split(os.Getenv("KAFKA"), ","), logger)
	if err != nil {
		return err
	}
	defer log.Close()
	rows, err := openStore(os.Getenv("REDIS"), os.Getenv("PREFIX"), cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	d, err := newDrainage(cfg, log, rows, os.Getenv("TOPIC"), logger)
	if err != nil {
		return err
	}
	result, err := d.run(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

func openStore(redis, prefix string, cfg config.Config) (*store.Store, error) {
	return store.Dial(redis, store.Config{Definition: cfg.Identity(), Partitions: cfg.Partitions, Prefix: prefix})
}

// profile writes a CPU profile until it is stopped; without a path it does nothing.
func profile(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// drainage is a drain under way. It implements engine.Observer.
type drainage struct {
	pool     engine.Pool
	machines []*aggregate.Machine
	finished chan int // partitions that came to the end of the log

	events, refused, commits, rows atomic.Int64
}

func newDrainage(cfg config.Config, log *eventlog.Client, rows *store.Store, topic string, logger *slog.Logger) (*drainage, error) {
	layouts, err := cfg.Layouts()
	if err != nil {
		return nil, err
	}
	plans := make([]*publish.Plan, cfg.Partitions)
	for partition := range plans {
		home := func(tenant string) bool { return eventlog.PartitionOf(tenant, cfg.Partitions) == partition }
		if plans[partition], err = cfg.Plan(layouts, home); err != nil {
			return nil, err
		}
	}
	d := &drainage{finished: make(chan int), machines: make([]*aggregate.Machine, cfg.Partitions)}
	d.pool = engine.Pool{Members: engine.All(cfg.Partitions), Logger: logger, Runner: func(partition int) *engine.Runner {
		d.machines[partition] = aggregate.New(layouts, aggregate.Options{Publish: plans[partition]})
		return &engine.Runner{
			Partition: partition, Log: log.Topic(topic), Store: rows, Machine: d.machines[partition], Logger: logger, Observer: d,
			Refuse: func(context.Context, int, state.Refused) error { return nil }, // counted below
		}
	}}
	return d, nil
}

// run applies all that is in the log.
func (d *drainage) run(ctx context.Context) (drained, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := time.Now()
	stopped := make(chan error, 1)
	go func() { stopped <- d.pool.Run(ctx) }()
	open := make(map[int]bool, len(d.machines))
	for p := range d.machines {
		open[p] = true
	}
	for len(open) > 0 {
		select {
		case p := <-d.finished:
			delete(open, p)
		case err := <-stopped:
			return drained{}, errors.Join(err, ctx.Err())
		}
	}
	result := drained{Seconds: time.Since(start).Seconds()}
	cancel()
	for running := true; running; {
		select {
		case <-d.finished:
		case err := <-stopped:
			if err != nil {
				return drained{}, err
			}
			running = false
		}
	}
	result.Events, result.Refused, result.Commits, result.Rows = d.events.Load(), d.refused.Load(), d.commits.Load(), d.rows.Load()
	for _, m := range d.machines {
		counts := m.Counts()
		result.CellUpdates += counts.CellUpdates
		result.Duplicates += counts.Duplicates
	}
	return result, nil
}

// Committed implements engine.Observer.
func (d *drainage) Committed(_, records, rows int, _ time.Duration) {
	d.events.Add(int64(records))
	d.commits.Add(1)
	d.rows.Add(int64(rows))
}

// Lag implements engine.Observer.
func (d *drainage) Lag(partition int, events int64) {
	if events == 0 {
		d.finished <- partition
	}
}

// Held implements engine.Observer.
func (*drainage) Held(int, string) {}

// Refused implements engine.Observer.
func (d *drainage) Refused(int, state.Refused) { d.refused.Add(1) }
