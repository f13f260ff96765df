package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/test/bench/machine"
	"weir.dev/weir/test/bench/services"
	"weir.dev/weir/test/bench/workload"
)

const (
	sameJobFloor   = 100_000 // events per CPU second of the aggregator
	sameJobTimeout = 10 * time.Minute
)

// sameJob drains the workload by the peers' job on Weir's engine.
func (b *bench) sameJob(ctx context.Context) (err error) {
	fmt.Println("\nthe same job as the peers")
	in, err := b.topic(ctx, "in")
	if err != nil {
		return err
	}
	out, err := b.topic(ctx, "out")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, services.DeleteTopics(b.kafka, in, out), services.RemoveKeys(b.redis, b.name))
	}()
	if err := b.load(ctx, in, b.work.ByDeal); err != nil {
		return err
	}
	command := filepath.Join(b.dir, "samejob")
	build := exec.CommandContext(ctx, "go", "build", "-o", command, "weir.dev/weir/test/bench/samejob")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the same job: %w", err)
	}
	before, err := b.spent()
	if err != nil {
		return err
	}
	start := time.Now()
	child := exec.CommandContext(ctx, command)
	child.Env = append(os.Environ(), "KAFKA="+b.kafka, "REDIS="+b.redis, "TOPIC_IN="+in, "TOPIC_OUT="+out, "RUN_NAME="+b.name, "STATE_DIR="+b.dir)
	child.Cancel = func() error { return child.Process.Signal(syscall.SIGTERM) }
	if err := child.Start(); err != nil {
		return err
	}
	wrong, err := b.await(ctx, out, b.work.Answers())
	used, procErr := machine.Of(child.Process.Pid)
	after, spentErr := b.spent()
	took := time.Since(start)
	err = errors.Join(err, procErr, spentErr, child.Process.Signal(syscall.SIGTERM), child.Wait())
	if err != nil {
		return err
	}
	b.printSameJob(wrong, took, used, after.since(before))
	return nil
}

func (b *bench) printSameJob(wrong int, took time.Duration, used machine.Usage, parts spent) {
	events := int64(len(b.work.Events))
	b.right("cells", "%d wrong", wrong, wrong)
	line("drained in", "%s, %s events/s", seconds(took), grouped(int64(per(events, took))))
	line("CPU: aggregator, Redis, Kafka", "%s, %s, %s", seconds(used.CPU), seconds(parts.redis), seconds(parts.kafka))
	b.floor("events per aggregator CPU second", per(events, used.CPU), sameJobFloor)
	line("  with Redis", "%s", grouped(int64(per(events, used.CPU+parts.redis))))
	line("  with Redis and Kafka", "%s", grouped(int64(per(events, used.CPU+parts.redis+parts.kafka))))
	line("peak resident memory", "%s", mebibytes(used.Peak))
}

// await reads published cells until all are right, and returns how many are not.
func (b *bench) await(ctx context.Context, topic string, want map[string]workload.Sum) (wrong int, err error) {
	ctx, cancel := context.WithTimeout(ctx, sameJobTimeout)
	defer cancel()
	records := make(chan []event.Record)
	failed := make(chan error, partitions)
	for p := range partitions {
		go func() { failed <- b.follow(ctx, topic, p, records) }()
	}
	got := map[string]workload.Sum{}
	wrong = len(want)
	for wrong > 0 {
		select {
		case <-ctx.Done():
			return wrong, nil
		case err := <-failed:
			return wrong, err
		case recs := <-records:
			for i := range recs {
				cell, sum := string(recs[i].Key), workload.Sum{}
				if err := json.Unmarshal(recs[i].Value, &sum); err != nil {
					return wrong, fmt.Errorf("cell %s: %w", cell, err)
				}
				wrong += off(want[cell], sum) - off(want[cell], got[cell])
				got[cell] = sum
			}
		}
	}
	return 0, nil
}

// off is 1 where a cell is wrong. One that is wanted is never nothing, so a missing one is wrong too.
func off(want, got workload.Sum) int {
	if want == got {
		return 0
	}
	return 1
}

// follow reads a partition from its start on.
func (b *bench) follow(ctx context.Context, topic string, partition int, to chan<- []event.Record) error {
	log := b.log.Topic(topic)
	for next := int64(0); ctx.Err() == nil; {
		batch, err := log.Fetch(ctx, partition, next)
		if err != nil {
			return err
		}
		if len(batch.Records) == 0 {
			continue
		}
		next = batch.Records[len(batch.Records)-1].Offset + 1
		select {
		case to <- batch.Records:
		case <-ctx.Done():
		}
	}
	return nil
}
