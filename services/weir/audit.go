package main

import (
	"bufio"
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
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
	"weir.dev/weir/pkg/telemetry"
)

// What an audit ends with that does not find all equal.
var (
	errDiffers = errors.New("the state is not what the log says, or the log lacks what was acknowledged")
	errWaits   = errors.New("nothing differs, but some series could not be compared: audit again when they were sent")
)

// shownDifferences is how many differing cells, and how many other differences, of a partition are printed.
const shownDifferences = 10

// auditCmd recomputes all cells, entities and published series from the log, and compares them with what is there.
type auditCmd struct {
	Config       string   `help:"The configuration that the services run with." env:"WEIR_CONFIG" type:"existingfile" placeholder:"FILE"`
	Kafka        []string `required:"" help:"Kafka brokers." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	Redis        string   `required:"" help:"Redis." env:"WEIR_REDIS" placeholder:"ADDR"`
	After        []string `help:"Positions that an ingestor answered: the log and the state must have got there." placeholder:"POSITION,…"`
	Acknowledged string   `help:"Events that an ingestor acknowledged, as JSON, one a line: the log must hold each of them." type:"existingfile" placeholder:"FILE"`
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
	if err := c.promises(ctx, &a, log); err != nil {
		return err
	}
	var total audit.Result
	for p := range cfg.Partitions {
		if _, err := rows.Meta(ctx, p); err != nil { // a state of another configuration would differ everywhere
			return err
		}
		result, err := a.Partition(ctx, p)
		if err != nil {
			return err
		}
		tellAudit(stdout, result)
		total.Add(result)
	}
	lost := a.Acknowledged.Lost()
	tellSome(stdout, lost)
	total.Wrong = append(total.Wrong, lost...)
	fmt.Fprintf(stdout, "audit: %d events, %d refused, %d cells, %d entities, %d series, %d different\n",
		total.Events, total.Refused, total.Cells, total.Entities, total.Series, total.Different())
	switch {
	case total.Different() > 0:
		return errDiffers
	case total.Waiting > 0:
		return errWaits
	}
	return nil
}

// promises reads what was acknowledged.
func (c *auditCmd) promises(ctx context.Context, a *audit.Audit, log *eventlog.Client) error {
	a.After = map[int]int64{}
	for _, token := range c.After {
		at, err := state.ParsePosition(token)
		if err != nil {
			return fmt.Errorf("--after: %w", err)
		}
		id, err := log.ID(ctx)
		if err != nil {
			return err
		}
		if at.Log != id {
			return fmt.Errorf("--after %s: the log is %s", token, id)
		}
		a.After[at.Partition] = max(a.After[at.Partition], at.Offset)
	}
	if c.Acknowledged == "" {
		return nil
	}
	file, err := os.Open(c.Acknowledged)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	a.Acknowledged, err = audit.ReadAcknowledged(bufio.NewReader(file))
	return err
}

func tellAudit(stdout io.Writer, r audit.Result) {
	fmt.Fprintf(stdout, "partition %d: offset %d, %d events, %d cells, %d entities, %d series, %d different\n",
		r.Partition, r.Offset, r.Events, r.Cells, r.Entities, r.Series, r.Different())
	if r.Waiting > 0 {
		fmt.Fprintf(stdout, "  %d series could not be compared: of this definition nothing was sent of them yet\n", r.Waiting)
	}
	tellSome(stdout, r.Differences)
	tellSome(stdout, r.Wrong)
}

// tellSome prints the first few, and how many more there are.
func tellSome[T any](stdout io.Writer, all []T) {
	for _, one := range all[:min(len(all), shownDifferences)] {
		fmt.Fprintf(stdout, "  %v\n", one)
	}
	if more := len(all) - shownDifferences; more > 0 {
		fmt.Fprintf(stdout, "  and %d more\n", more)
	}
}
