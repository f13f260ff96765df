package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"weir.dev/weir/pkg/client"
	"weir.dev/weir/pkg/cloudevent"
	"weir.dev/weir/pkg/company"
)

// generateCmd writes or posts the events of a synthetic company.
type generateCmd struct {
	Seed   uint64    `default:"1" help:"Which company: the same seed and time give the same bytes."`
	Days   int       `default:"365" help:"Length of its history in days."`
	Until  time.Time `help:"Where the history ends, RFC 3339; now when absent."`
	Rate   float64   `default:"0" help:"Events a second that follow the history as they happen; 0 for none."`
	Format string    `enum:"ndjson,batch" default:"ndjson" help:"What to print: an event a line, or a JSON array of events a line."`
	Batch  int       `default:"500" help:"Events of one array or request, at most 1000."`
	To     string    `help:"The ingestor to post to, instead of printing."`
}

// Run generates.
func (c *generateCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *generateCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	until := c.Until
	if until.IsZero() {
		until = time.Now()
	}
	founded := company.New(c.Seed, until.AddDate(0, 0, -c.Days))
	history, err := encode(slices.Collect(founded.Until(until)))
	if err != nil {
		return err
	}
	if c.To == "" {
		return c.print(ctx, stdout, founded, history)
	}
	return c.post(ctx, stdout, stderr, founded, history)
}

func (c *generateCmd) print(ctx context.Context, stdout io.Writer, of *company.Company, history []json.RawMessage) error {
	write := func(events []json.RawMessage) error { return c.write(stdout, events) }
	for events := range slices.Chunk(history, max(1, c.Batch)) {
		if err := write(events); err != nil {
			return err
		}
	}
	return live(ctx, of, c.Rate, write)
}

func (c *generateCmd) write(to io.Writer, events []json.RawMessage) error {
	out := json.NewEncoder(to)
	if c.Format == "batch" {
		return out.Encode(events)
	}
	for _, e := range events {
		if err := out.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

func (c *generateCmd) post(ctx context.Context, stdout, stderr io.Writer, of *company.Company, history []json.RawMessage) error {
	var sum client.Answer
	add := func(a client.Answer) {
		sum.Accepted += a.Accepted
		sum.Rejected += a.Rejected
		sum.Position = a.Position
	}
	s := newShipment(c.To, c.Batch, stderr)
	err := s.send(ctx, history, len(history), func(a client.Answer) error {
		add(a)
		return nil
	})
	if err == nil {
		err = live(ctx, of, c.Rate, func(events []json.RawMessage) error {
			answer, err := s.client.Post(ctx, events)
			if err != nil {
				return err
			}
			s.tell(answer)
			add(answer)
			return nil
		})
	}
	fmt.Fprintf(stdout, "accepted %d\nrejected %d\nposition %s\n", sum.Accepted, sum.Rejected, sum.Position)
	if err == nil && sum.Rejected > 0 {
		err = fmt.Errorf("%d %w", sum.Rejected, errRejected)
	}
	return err
}

// live hands over the events of a company as they happen, rate a second on average, until the context
// ends, which is no error; a rate of 0 ends it at once.
func live(ctx context.Context, of *company.Company, rate float64, emit func([]json.RawMessage) error) error {
	if rate <= 0 {
		return nil
	}
	interval := max(time.Duration(float64(time.Second)/rate), 100*time.Millisecond)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	due := 0.0
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			var events []cloudevent.Event
			for due += rate * interval.Seconds(); due >= 1; due-- {
				events = append(events, of.Live(now))
			}
			texts, err := encode(events)
			if err != nil {
				return err
			}
			if len(texts) == 0 {
				continue
			}
			if err := emit(texts); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
}
