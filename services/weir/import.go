package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"weir.dev/weir/pkg/client"
	"weir.dev/weir/pkg/cloudevent"
	"weir.dev/weir/pkg/mapping"
)

// errRejected is returned where all was sent and some of it was refused for good.
var errRejected = errors.New("events were rejected")

// importCmd turns CSV files into events and posts them.
type importCmd struct {
	Mapping    string   `required:"" type:"existingfile" help:"The mapping file: which rows become which events."`
	To         string   `default:"http://127.0.0.1:8080" help:"The ingestor."`
	Batch      int      `default:"500" help:"Events of one request, at most 1000."`
	Resume     bool     `help:"Go on where an import of the same events was cut."`
	ResumeFile string   `type:"path" help:"Where it is noted how far an import came; by default a file in the user's cache."`
	CSV        []string `arg:"" name:"csv" type:"existingfile" help:"The files, .csv or .csv.gz; lookups too."`
}

// Run imports.
func (c *importCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *importCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	out, err := c.read()
	if err != nil {
		return err
	}
	events, err := encode(out.Events)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "%s rows give %s events; %s rows give none\n", grouped(out.Rows), grouped(len(events)), grouped(out.Silent))
	for _, f := range out.Findings {
		fmt.Fprintf(stderr, "  found %s rows: %s\n", grouped(f.Rows), f.Name)
	}
	progress, err := c.progress(events)
	if err != nil {
		return err
	}
	if progress.Acked > 0 {
		fmt.Fprintf(stderr, "going on after %s events\n", grouped(progress.Acked))
	}
	s := newShipment(c.To, c.Batch, stderr)
	err = s.send(ctx, events[progress.Acked:], len(events), progress.advance)
	if err != nil {
		return fmt.Errorf("cut after %s of %s events, go on with --resume: %w", grouped(progress.Acked), grouped(len(events)), err)
	}
	if err := progress.forget(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "accepted %d\nrejected %d\nposition %s\n", progress.Acked-progress.Rejected, progress.Rejected, progress.Position)
	if progress.Rejected > 0 {
		return fmt.Errorf("%d %w", progress.Rejected, errRejected)
	}
	return nil
}

func (c *importCmd) read() (mapping.Outcome, error) {
	text, err := os.ReadFile(c.Mapping)
	if err != nil {
		return mapping.Outcome{}, err
	}
	m, err := mapping.Parse(text)
	if err != nil {
		return mapping.Outcome{}, fmt.Errorf("%s: %w", c.Mapping, err)
	}
	return m.Read(c.CSV)
}

func encode(events []cloudevent.Event) ([]json.RawMessage, error) {
	out := make([]json.RawMessage, len(events))
	for i, e := range events {
		text, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("write the event %s: %w", e.ID, err)
		}
		out[i] = text
	}
	return out, nil
}

// shipment posts many events in batches, and tells how it goes.
type shipment struct {
	client *client.Client
	batch  int
	told   int // rejections that were printed
	stderr io.Writer
}

func newShipment(to string, batch int, stderr io.Writer) *shipment {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	return &shipment{client: client.New(to, nil, log), batch: max(1, min(batch, 1000)), stderr: stderr}
}

// send posts events, the last ones of total, and hands each batch's answer to acked.
func (s *shipment) send(ctx context.Context, events []json.RawMessage, total int, acked func(client.Answer) error) error {
	meter := newMeter(s.stderr, total)
	defer meter.end()
	meter.add(total - len(events))
	for len(events) > 0 {
		n := min(s.batch, len(events))
		answer, err := s.client.Post(ctx, events[:n])
		if err != nil {
			return err
		}
		s.tell(answer)
		if err := acked(answer); err != nil {
			return err
		}
		meter.add(n)
		events = events[n:]
	}
	return nil
}

// tell prints the first rejections: that there are more is in the sum.
func (s *shipment) tell(answer client.Answer) {
	const most = 5
	for _, r := range answer.Results {
		if r.Rejected() && s.told < most {
			s.told++
			fmt.Fprintf(s.stderr, "rejected %s: %s %s: %s\n", r.ID, r.Reason, r.Pointer, r.Detail)
		}
	}
}
