package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/telemetry"
)

// errNoLetter is returned where the asked for dead letter is not.
var errNoLetter = errors.New("there is no such dead letter")

// deadletterCmd shows what was refused, and why.
type deadletterCmd struct {
	List   listLettersCmd   `cmd:"" help:"List what was refused, the oldest first."`
	Show   showLetterCmd    `cmd:"" help:"Show all that is kept of a refused event, as JSON."`
	Edit   editLetterCmd    `cmd:"" help:"Change a refused event, and send it again."`
	Replay replayLettersCmd `cmd:"" help:"Send refused events again, as they came; what was taken in meanwhile counts once all the same."`
	Purge  purgeLettersCmd  `cmd:"" help:"Remove dead letters for good."`
}

// listLettersCmd lists dead letters.
type listLettersCmd struct {
	Kafka  []string `required:"" help:"Kafka brokers." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	Tenant string   `help:"Only those of this tenant."`
	Reason string   `help:"Only those refused for this reason, such as invalid."`
	Limit  int      `default:"100" help:"The latest so many; 0 for all."`
	JSON   bool     `name:"json" help:"Print each letter as a line of JSON."`
}

// listed is a line of the list.
type listed struct {
	Place  string            `json:"place"`
	Letter ingest.DeadLetter `json:"letter"`
}

// Run lists.
func (c *listLettersCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *listLettersCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	log, err := eventlog.Dial(ctx, c.Kafka, telemetry.Logger(stderr, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer log.Close()
	bounds, err := log.Bounds(ctx, eventlog.DeadLetter)
	if err != nil {
		return err
	}
	var letters []listed
	for partition, b := range bounds {
		for kept, err := range ingest.ListDeadLetters(ctx, log.Topic(eventlog.DeadLetter), partition, b.First, b.End) {
			switch {
			case errors.Is(err, ingest.ErrDeadLetter):
				fmt.Fprintln(stderr, "weir:", err)
			case err != nil:
				return err
			case c.wants(kept.Letter):
				if letters = append(letters, c.line(kept)); c.Limit > 0 && len(letters) >= 2*c.Limit {
					letters = c.latest(letters)
				}
			}
		}
	}
	return c.print(stdout, c.latest(letters))
}

func (c *listLettersCmd) wants(d ingest.DeadLetter) bool {
	return (c.Tenant == "" || d.Tenant == c.Tenant) && (c.Reason == "" || string(d.Reason) == c.Reason)
}

// line is what is kept of a letter for the list: of a table, without what may be large.
func (c *listLettersCmd) line(kept ingest.KeptLetter) listed {
	if !c.JSON {
		kept.Letter.Event, kept.Letter.Headers = nil, nil
	}
	return listed{fmt.Sprintf("%d/%d", kept.Partition, kept.Offset), kept.Letter}
}

// latest orders letters by their time, and keeps as many as were asked for.
func (c *listLettersCmd) latest(letters []listed) []listed {
	slices.SortStableFunc(letters, func(a, b listed) int { return int(min(1, max(-1, a.Letter.ReceivedAt-b.Letter.ReceivedAt))) })
	if c.Limit > 0 && len(letters) > c.Limit {
		letters = letters[len(letters)-c.Limit:]
	}
	return letters
}

func (c *listLettersCmd) print(stdout io.Writer, letters []listed) error {
	if c.JSON {
		out := json.NewEncoder(stdout)
		for _, l := range letters {
			if err := out.Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PLACE\tRECEIVED\tTENANT\tSOURCE\tREASON\tWHERE\tID\tDETAIL")
	for _, l := range letters {
		d := l.Letter
		row := []string{
			l.Place, time.UnixMilli(d.ReceivedAt).UTC().Format(time.RFC3339), d.Tenant, d.Source, string(d.Reason), d.Pointer, d.ID, d.Detail,
		}
		for i := range row {
			row[i] = printable(row[i])
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	return table.Flush()
}

// printable is a text that whoever sends events may have chosen, without what a terminal would obey.
func printable(text string) string {
	if text == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\ufffd'
		}
		return r
	}, text)
}

// showLetterCmd shows one dead letter.
type showLetterCmd struct {
	Kafka []string `required:"" help:"Kafka brokers." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	Place string   `arg:"" help:"Its place in the list: partition/offset."`
}

// Run shows.
func (c *showLetterCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *showLetterCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	log, err := eventlog.Dial(ctx, c.Kafka, telemetry.Logger(stderr, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer log.Close()
	letter, err := letterAt(ctx, log, c.Place)
	if err != nil {
		return err
	}
	out := json.NewEncoder(stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(letter)
}

// letterAt is the dead letter at a place of the list.
func letterAt(ctx context.Context, log *eventlog.Client, place string) (ingest.DeadLetter, error) {
	var partition int
	var offset int64
	if _, err := fmt.Sscanf(place, "%d/%d", &partition, &offset); err != nil {
		return ingest.DeadLetter{}, fmt.Errorf("%w: %q is not a place such as 3/17", errNoLetter, place)
	}
	bounds, err := log.Bounds(ctx, eventlog.DeadLetter)
	if err != nil {
		return ingest.DeadLetter{}, err
	}
	if partition < 0 || partition >= len(bounds) || offset < bounds[partition].First || offset >= bounds[partition].End {
		return ingest.DeadLetter{}, fmt.Errorf("%w: %s", errNoLetter, place)
	}
	for kept, err := range ingest.ListDeadLetters(ctx, log.Topic(eventlog.DeadLetter), partition, offset, offset+1) {
		return kept.Letter, err
	}
	return ingest.DeadLetter{}, fmt.Errorf("%w: %s", errNoLetter, place)
}
