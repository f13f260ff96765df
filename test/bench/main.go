// Bench measures Weir on a real Kafka and Redis: how many events and cell updates a CPU second of the
// aggregator, of Redis and of Kafka brings, for the peers' job and for the whole catalogue, and whether
// the numbers are right afterwards. It is a module of its own, for what only a benchmark needs; it is
// built in the workspace alone, so its go.mod does not name the product. It is no test: nothing of Weir
// depends on it.
//
// Environment: WEIR_TEST_KAFKA and WEIR_TEST_REDIS (the parts, on this machine), WEIR_BIN (the folder of
// the programs; without it the services are not measured), EVENTS (2000000), SEED (1), PROFILE (a folder
// for a CPU profile of the whole drain; none without), PARTS (which of samejob, whole, services to
// measure; all without).
//
// It makes topics and keys of its own, whose names begin with "bench-", and removes them; those of the
// services only where there are none yet. It exits with 1 where a figure is below its floor or a number
// is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/test/bench/machine"
	"weir.dev/weir/test/bench/workload"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	body := run
	if len(os.Args) > 1 && os.Args[1] == drainCommand {
		body = drain
	}
	if err := body(ctx, logger); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	name   string // what all its topics and keys begin with
	kafka  string
	redis  string
	dir    string // for what it builds
	log    *eventlog.Client
	logger *slog.Logger
	work   *workload.Workload
	failed bool // a figure is below its floor, or a number is wrong
}

func run(ctx context.Context, logger *slog.Logger) (err error) {
	events, err := machine.Number("EVENTS", 2_000_000)
	if err != nil {
		return err
	}
	seed, err := machine.Number("SEED", 1)
	if err != nil {
		return err
	}
	b := &bench{
		name:  "bench-" + strconv.FormatInt(time.Now().UnixMilli(), 36),
		kafka: os.Getenv("WEIR_TEST_KAFKA"), redis: os.Getenv("WEIR_TEST_REDIS"), logger: logger,
	}
	if b.kafka == "" || b.redis == "" {
		return errors.New("set WEIR_TEST_KAFKA and WEIR_TEST_REDIS, or run make bench")
	}
	if b.dir, err = os.MkdirTemp("", "weir-bench"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if b.log, err = eventlog.Dial(ctx, []string{b.kafka}, logger); err != nil {
		return err
	}
	defer b.log.Close()
	b.work = workload.New(events, uint64(seed))
	fmt.Printf("%s events of %s deals, seed %d\n", grouped(int64(events)), grouped(int64(b.work.Deals)), seed)
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{{"samejob", b.sameJob}, {"whole", b.whole}, {"services", b.services}} {
		if chosen := strings.Fields(os.Getenv("PARTS")); len(chosen) > 0 && !slices.Contains(chosen, part.name) {
			continue
		}
		if err := part.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	if b.failed {
		return errors.New("below a floor, or wrong; see FAIL above")
	}
	return nil
}
