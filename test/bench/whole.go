package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/test/bench/services"
	"weir.dev/weir/test/bench/workload"
)

// wholeFloor is how many cell updates a CPU second of the aggregator must bring.
const wholeFloor = 3_000_000

// configuration declares the tenants of the workload, with its stages, and the one that needs no keys.
func configuration() (config.Config, error) {
	var yaml strings.Builder
	fmt.Fprintf(&yaml, "partitions: %d\ntenants:\n  default:\n", partitions)
	for _, tenant := range workload.Tenants() {
		yaml.WriteString(declared(tenant))
	}
	return config.Parse([]byte(yaml.String()))
}

// declared is the declaration of a tenant that has the stages of the workload.
func declared(tenant string) string {
	var yaml strings.Builder
	fmt.Fprintf(&yaml, "  %s:\n    stages:\n", tenant)
	for i, stage := range workload.Stages {
		fmt.Fprintf(&yaml, "      - {id: %s, probability: 0.%d}\n", stage, i+1)
	}
	return yaml.String()
}

// whole drains the workload by the aggregator as it ships, with the whole catalogue, and audits the cells.
func (b *bench) whole(ctx context.Context) (err error) {
	fmt.Println("\nthe whole of Weir")
	topic, err := b.topic(ctx, "events")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, services.DeleteTopics(b.kafka, topic), services.RemoveKeys(b.redis, b.name))
	}()
	if err := b.load(ctx, topic, b.work.ByTenant); err != nil {
		return err
	}
	memory, err := services.RedisMemory(ctx, b.redis)
	if err != nil {
		return err
	}
	before, err := b.spent()
	if err != nil {
		return err
	}
	result, state, err := b.drainBy(ctx, topic)
	if err != nil {
		return err
	}
	after, err := b.spent()
	if err != nil {
		return err
	}
	full, err := services.RedisMemory(ctx, b.redis)
	if err != nil {
		return err
	}
	b.printWhole(result, state, after.since(before), full-memory)
	return b.audit(ctx, topic)
}

// drainBy runs the aggregator over a topic in a process of its own.
func (b *bench) drainBy(ctx context.Context, topic string) (drained, *os.ProcessState, error) {
	self, err := os.Executable()
	if err != nil {
		return drained{}, nil, err
	}
	child := exec.CommandContext(ctx, self, drainCommand)
	child.Env = append(os.Environ(), "KAFKA="+b.kafka, "REDIS="+b.redis, "TOPIC="+topic, "PREFIX="+b.name)
	if dir := os.Getenv("PROFILE"); dir != "" {
		child.Env = append(child.Env, "CPU_PROFILE="+filepath.Join(dir, "whole.pprof"))
	}
	child.Cancel = func() error { return child.Process.Signal(syscall.SIGTERM) }
	var out bytes.Buffer
	child.Stdout, child.Stderr = &out, os.Stderr
	if err := child.Run(); err != nil {
		return drained{}, nil, fmt.Errorf("drain: %w", err)
	}
	var result drained
	err = json.Unmarshal(out.Bytes(), &result)
	return result, child.ProcessState, err
}

func (b *bench) printWhole(d drained, process *os.ProcessState, parts spent, memory int64) {
	cpu := process.UserTime() + process.SystemTime()
	events := int64(len(b.work.Events))
	took := time.Duration(d.Seconds * float64(time.Second))
	b.right("events", "%s applied, %s repeats, %d refused", int(events-d.Events+d.Refused), grouped(d.Events), grouped(d.Duplicates), d.Refused)
	line("drained in", "%s, %s events/s", seconds(took), grouped(int64(per(events, took))))
	line("CPU: aggregator, Redis, Kafka", "%s, %s, %s", seconds(cpu), seconds(parts.redis), seconds(parts.kafka))
	line("events per CPU second of", "aggregator %s, Redis %s, Kafka %s, all %s", grouped(int64(per(events, cpu))),
		grouped(int64(per(events, parts.redis))), grouped(int64(per(events, parts.kafka))),
		grouped(int64(per(events, cpu+parts.redis+parts.kafka))))
	line("cell updates", "%s, %.1f an event", grouped(d.CellUpdates), float64(d.CellUpdates)/float64(events))
	b.floor("cell updates per aggregator CPU s", per(d.CellUpdates, cpu), wholeFloor)
	line("commits", "%s, %.0f rows and %.0f events each", grouped(d.Commits), float64(d.Rows)/float64(d.Commits), float64(d.Events)/float64(d.Commits))
	line("Redis memory", "%s, %s bytes a deal", mebibytes(memory), grouped(memory/int64(b.work.Deals)))
	if usage, ok := process.SysUsage().(*syscall.Rusage); ok {
		line("peak resident memory", "%s", mebibytes(usage.Maxrss<<10))
	}
}
