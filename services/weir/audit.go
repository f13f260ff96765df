package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/serve"
	"weir.dev/weir/pkg/store"
	"weir.dev/weir/pkg/telemetry"
)

// errDiffers is returned where a cell, an entity or a published series is not what the log says.
var errDiffers = errors.New("the state is not what the log says")

// shownDifferences is how many differing cells, and how many other differences, of a partition are printed.
const shownDifferences = 10

// auditCmd recomputes all cells, entities and published series from the log, and compares them with what is there.
type auditCmd struct {
	Config string   `help:"The configuration that the services run with." env:"WEIR_CONFIG" type:"existingfile" placeholder:"FILE"`
	Kafka  []string `required:"" help:"Kafka brokers." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	Redis  string   `required:"" help:"Redis." env:"WEIR_REDIS" placeholder:"ADDR"`
}

// Run audits.
func (c *auditCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *auditCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	cfg, err := serve.LoadConfig(c.Config)
	if err != nil {
		return err
	}
	layouts, err := cfg.Layouts()
	if err != nil {
		return err
	}
	log, err := eventlog.Dial(ctx, c.Kafka, telemetry.Logger(stderr, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer log.Close()
	rows, err := store.Dial(c.Redis, store.Config{Definition: cfg.Identity(), Partitions: cfg.Partitions})
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // it was only read
	a := audit.Audit{
		Layouts: layouts, Log: log.Topic(eventlog.Events), Rows: rows, Output: log.Topic(eventlog.Metrics),
		Plan: func(partition int) (*publish.Plan, error) {
			return cfg.Plan(layouts, func(tenant string) bool { return eventlog.PartitionOf(tenant, cfg.Partitions) == partition })
		},
	}
	var total audit.Result
	for p := range cfg.Partitions {
		result, err := a.Partition(ctx, p)
		if err != nil {
			return err
		}
		tellAudit(stdout, result)
		total.Events += result.Events
		total.Refused += result.Refused
		total.Cells += result.Cells
		total.Entities += result.Entities
		total.Series += result.Series
		total.Differences = append(total.Differences, result.Differences...)
		total.Wrong = append(total.Wrong, result.Wrong...)
	}
	fmt.Fprintf(stdout, "audit: %d events, %d refused, %d cells, %d entities, %d series, %d different\n",
		total.Events, total.Refused, total.Cells, total.Entities, total.Series, total.Different())
	if total.Different() > 0 {
		return errDiffers
	}
	return nil
}

func tellAudit(stdout io.Writer, r audit.Result) {
	fmt.Fprintf(stdout, "partition %d: offset %d, %d events, %d cells, %d entities, %d series, %d different\n",
		r.Partition, r.Offset, r.Events, r.Cells, r.Entities, r.Series, r.Different())
	if r.Waiting > 0 {
		fmt.Fprintf(stdout, "  %d series could not be compared: they were last sent under another definition, and wait to be sent again\n", r.Waiting)
	}
	for _, d := range r.Differences[:min(len(r.Differences), shownDifferences)] {
		fmt.Fprintln(stdout, "  "+d.String())
	}
	for _, text := range r.Wrong[:min(len(r.Wrong), shownDifferences)] {
		fmt.Fprintln(stdout, "  "+text)
	}
}
