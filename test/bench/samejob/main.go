package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
	"weir.dev/weir/test/bench/machine"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := run(ctx, logger); err != nil {
		logger.Error("stopped", "cause", err)
		os.Exit(1)
	}
}

// definition is what the state was made by: the format of the rows.
func definition() string {
	sum := sha256.Sum256([]byte("same job 1"))
	return hex.EncodeToString(sum[:])
}

func run(ctx context.Context, logger *slog.Logger) (err error) {
	addr := os.Getenv("REDIS")
	if addr == "" {
		process, started, err := startRedis(ctx, os.Getenv("STATE_DIR"))
		if err != nil {
			return err
		}
		addr = started
		defer func() { err = errors.Join(err, process.Process.Kill()); _ = process.Wait() }() // killed: that is its error
	}
	log, err := eventlog.Dial(ctx, strings.Split(os.Getenv("KAFKA"), ","), logger)
	if err != nil {
		return err
	}
	defer log.Close()
	kept, err := store.Dial(addr, store.Config{Definition: definition(), Partitions: partitions, Prefix: os.Getenv("RUN_NAME")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	sums := newTotals()
	seen := &progress{}
	pool := engine.Pool{Members: engine.All(partitions), Logger: logger, Runner: func(partition int) *engine.Runner {
		return &engine.Runner{
			Partition: partition, Log: log.Topic(os.Getenv("TOPIC_IN")), Store: &rows{kept, sums}, Machine: newJob(),
			Logger: logger, Observer: seen, Refuse: refuse,
		}
	}}
	return runAll(ctx,
		func(ctx context.Context) error { return seen.report(ctx, addr, logger) },
		func(ctx context.Context) error { return sums.publish(ctx, log, os.Getenv("TOPIC_OUT")) },
		pool.Run,
	)
}

// runAll runs functions side by side until ctx ends or one fails, which ends the others.
func runAll(ctx context.Context, run ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(run))
	for _, f := range run {
		go func() { errs <- f(ctx) }()
	}
	var all error
	for range run {
		err := <-errs
		if err != nil {
			cancel()
		}
		all = errors.Join(all, err)
	}
	return all
}

// errRefused is returned for a record of the workload that the job cannot read: there is none.
var errRefused = errors.New("a record of the workload was refused")

func refuse(_ context.Context, partition int, r state.Refused) error {
	return fmt.Errorf("%w: partition %d offset %d: %w", errRefused, partition, r.Record.Offset, r.Err)
}

// progress counts what was taken in. It implements engine.Observer.
type progress struct {
	events, commits, rows atomic.Int64
}

// Committed implements engine.Observer.
func (p *progress) Committed(_, records, rows int, _ time.Duration) {
	p.events.Add(int64(records))
	p.commits.Add(1)
	p.rows.Add(int64(rows))
}

// Lag implements engine.Observer.
func (*progress) Lag(int, int64) {}

// Held implements engine.Observer.
func (*progress) Held(int, string) {}

// Refused implements engine.Observer.
func (*progress) Refused(int, state.Refused) {}

// reportEvery is how often the progress is told.
const reportEvery = 250 * time.Millisecond

// report tells the harness how many events were taken in, and the log what Redis needed for them.
func (p *progress) report(ctx context.Context, redis string, logger *slog.Logger) error {
	server, err := machine.OfListener(redis)
	if err != nil {
		return err
	}
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	for last := int64(-1); ; {
		if n := p.events.Load(); n != last {
			last = n
			fmt.Printf("P %d\n", n)
			if usage, err := machine.Of(server.PID); err == nil {
				logger.Info("progress", "events", n, "commits", p.commits.Load(), "rows", p.rows.Load(),
					"redis_cpu_s", usage.CPU.Seconds(), "redis_peak_mib", usage.Peak>>20)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
