// Load measures what Weir does under load, from outside, on its three services as processes:
//
//	load flood [DOCS]   one tenant sends a hundred times what the others do; are these served as quickly as before?
//	load soak [DOCS]    half of what the machine can take, for a long time; do memory and goroutines stay flat?
//
// Environment: WEIR_TEST_KAFKA and WEIR_TEST_REDIS (the parts, on this machine, with nothing of Weir in them), WEIR_BIN
// (the folder of the programs), SEED (1); of the flood SECONDS (10) for each phase, ROUNDS (6) of both, USUAL (5), the events
// a second that a tenant sends, and LIMIT (10), those of every tenant's limit; of the soak MINUTES (20). In the folder DOCS it writes what it found into
// load.md, and of the soak soak.csv and soak.svg; without it, it only prints. It exits with 1 where a figure is not as
// it must be.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"weir.dev/weir/test/bench/machine"
	"weir.dev/weir/test/bench/services"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// errFailed is returned where a figure is not as it must be; which one was printed.
var errFailed = errors.New("a figure is not as it must be; see FAIL above")

func run(ctx context.Context, args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return errors.New("usage: load flood|soak [DOCS]")
	}
	docs := ""
	if len(args) == 2 {
		docs = args[1]
	}
	seed, err := machine.Number("SEED", 1)
	if err != nil {
		return err
	}
	switch args[0] {
	case "flood":
		return flood(ctx, uint64(seed), docs)
	case "soak":
		return soak(ctx, uint64(seed), docs)
	}
	return fmt.Errorf("there is no %q; want flood or soak", args[0])
}

// serving runs the services under a configuration while they are measured, and removes what they leave behind.
func serving(ctx context.Context, config string, measure func(*services.Services) error) (err error) {
	o := services.Options{
		Bin: os.Getenv("WEIR_BIN"), Kafka: os.Getenv("WEIR_TEST_KAFKA"), Redis: os.Getenv("WEIR_TEST_REDIS"), Config: config,
	}
	if o.Bin == "" || o.Kafka == "" || o.Redis == "" {
		return errors.New("set WEIR_TEST_KAFKA, WEIR_TEST_REDIS and WEIR_BIN, or run make load or make soak")
	}
	taken, err := services.HoldsLog(ctx, o.Kafka)
	if err != nil {
		return err
	}
	if taken {
		return errors.New("this Kafka holds a log of Weir already; it is left alone")
	}
	if o.Dir, err = os.MkdirTemp("", "weir-load"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	defer func() { err = errors.Join(err, services.RemoveAll(o.Kafka, o.Redis)) }()
	running, err := services.Start(ctx, o)
	defer func() { err = errors.Join(err, running.Stop()) }()
	if err != nil {
		return err
	}
	return measure(running)
}
