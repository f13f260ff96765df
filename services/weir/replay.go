package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"weir.dev/weir/pkg/client"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/telemetry"
)

// errStillRefused is returned where an event is refused again.
var errStillRefused = errors.New("refused again")

// again is how refused events are sent again.
type again struct {
	Kafka []string `required:"" help:"Kafka brokers." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	To    string   `default:"http://127.0.0.1:8080" help:"The ingestor." placeholder:"URL"`
	Key   string   `help:"API key of the tenant, where it has keys." env:"WEIR_KEY" placeholder:"KEY"`
}

// RoundTrip adds the key.
func (a *again) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.Key != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+a.Key)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// send posts one event and says what became of it.
func (a *again) send(ctx context.Context, place string, document map[string]any, stdout io.Writer, logger *slog.Logger) error {
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	answer, err := client.New(a.To, a, logger).Post(ctx, []json.RawMessage{text})
	if err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	for _, r := range answer.Results {
		if r.Rejected() {
			fmt.Fprintf(stdout, "%s rejected: %s %s: %s\n", place, r.Reason, r.Pointer, r.Detail)
			return errStillRefused
		}
	}
	fmt.Fprintf(stdout, "%s accepted at %s\n", place, answer.Position)
	return nil
}

// replayLettersCmd sends refused events again.
type replayLettersCmd struct {
	again
	Places []string `arg:"" optional:"" help:"Their places in the list: partition/offset."`
	Tenant string   `help:"Without places: those of this tenant."`
	Reason string   `help:"Without places: those refused for this reason."`
}

// Run replays.
func (c *replayLettersCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *replayLettersCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	logger := telemetry.Logger(stderr, slog.LevelWarn)
	log, err := eventlog.Dial(ctx, c.Kafka, logger)
	if err != nil {
		return err
	}
	defer log.Close()
	if len(c.Places) == 0 && c.Tenant == "" && c.Reason == "" {
		return fmt.Errorf("%w: name places, a tenant or a reason", errNoLetter)
	}
	replay := func(place string, letter ingest.DeadLetter) error {
		document, err := letter.Document()
		if err == nil {
			err = c.send(ctx, place, document, stdout, logger)
		}
		if errors.Is(err, ingest.ErrNoEvent) {
			fmt.Fprintf(stdout, "%s passed over: %s\n", place, printable(err.Error()))
			return errStillRefused
		}
		return err
	}
	var refused error
	each := func(place string, letter ingest.DeadLetter) error {
		err := replay(place, letter)
		if errors.Is(err, errStillRefused) {
			refused, err = err, nil
		}
		return err
	}
	if err := c.each(ctx, log, each); err != nil {
		return err
	}
	return refused
}

// each calls do for every letter that is meant.
func (c *replayLettersCmd) each(ctx context.Context, log *eventlog.Client, do func(place string, letter ingest.DeadLetter) error) error {
	for _, place := range c.Places {
		letter, err := letterAt(ctx, log, place)
		if err != nil {
			return err
		}
		if err := do(place, letter); err != nil {
			return err
		}
	}
	if len(c.Places) > 0 {
		return nil
	}
	bounds, err := log.Bounds(ctx, eventlog.DeadLetter)
	if err != nil {
		return err
	}
	wanted := listLettersCmd{Tenant: c.Tenant, Reason: c.Reason}
	for partition, b := range bounds { // those that are refused again lie beyond the end
		for kept, err := range ingest.ListDeadLetters(ctx, log.Topic(eventlog.DeadLetter), partition, b.First, b.End) {
			if err != nil && !errors.Is(err, ingest.ErrDeadLetter) {
				return err
			}
			if err != nil || !wanted.wants(kept.Letter) {
				continue
			}
			if err := do(fmt.Sprintf("%d/%d", kept.Partition, kept.Offset), kept.Letter); err != nil {
				return err
			}
		}
	}
	return nil
}

// editLetterCmd changes a refused event and sends it again.
type editLetterCmd struct {
	again
	Place string            `arg:"" help:"Its place in the list: partition/offset."`
	Set   map[string]string `help:"A JSON pointer and its new value in JSON, such as /data/amount=100; without any, $EDITOR opens the event." placeholder:"POINTER=JSON"`
}

// Run edits.
func (c *editLetterCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *editLetterCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	logger := telemetry.Logger(stderr, slog.LevelWarn)
	log, err := eventlog.Dial(ctx, c.Kafka, logger)
	if err != nil {
		return err
	}
	defer log.Close()
	letter, err := letterAt(ctx, log, c.Place)
	if err != nil {
		return err
	}
	document, err := letter.Document()
	if err != nil {
		return err
	}
	if len(c.Set) == 0 {
		if document, err = inEditor(ctx, document); err != nil {
			return err
		}
	}
	for pointer, text := range c.Set {
		if err := set(document, pointer, text); err != nil {
			return err
		}
	}
	return c.send(ctx, c.Place, document, stdout, logger)
}

// set puts a value in JSON at a pointer (RFC 6901) into an object; null removes what is there.
func set(document map[string]any, pointer, text string) error {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return fmt.Errorf("%s: %q is not JSON; a text wants quotes: %w", pointer, text, err)
	}
	names := strings.Split(pointer, "/")
	if len(names) < 2 || names[0] != "" {
		return fmt.Errorf("%q is not a pointer such as /data/amount", pointer)
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	at := document
	for i, name := range names[1:] {
		name = unescape.Replace(name)
		switch {
		case i < len(names)-2:
			inner, ok := at[name].(map[string]any)
			if !ok {
				return fmt.Errorf("%s: there is no object at %q", pointer, name)
			}
			at = inner
		case value == nil:
			delete(at, name)
		default:
			at[name] = value
		}
	}
	return nil
}

// inEditor is the document as whoever sits at the terminal changes it.
func inEditor(ctx context.Context, document map[string]any) (map[string]any, error) {
	editor := os.Getenv("EDITOR")
	if editor == "" {
		return nil, errors.New("no --set, and EDITOR is not set")
	}
	file, err := os.CreateTemp("", "weir-event-*.json")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(file.Name()) }() // it is one's own
	out := json.NewEncoder(file)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := errors.Join(out.Encode(document), file.Close()); err != nil {
		return nil, err
	}
	words := append(strings.Fields(editor), file.Name())
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w", editor, err)
	}
	text, err := os.ReadFile(file.Name())
	if err != nil {
		return nil, err
	}
	var edited map[string]any
	if err := json.Unmarshal(text, &edited); err != nil {
		return nil, fmt.Errorf("what was edited: %w", err)
	}
	return edited, nil
}

// purgeLettersCmd removes dead letters.
type purgeLettersCmd struct {
	Kafka  []string  `required:"" help:"Kafka brokers." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	Before time.Time `required:"" help:"Remove those received before this instant, in RFC 3339." placeholder:"TIME"`
}

// Run purges.
func (c *purgeLettersCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *purgeLettersCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	log, err := eventlog.Dial(ctx, c.Kafka, telemetry.Logger(stderr, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer log.Close()
	bounds, err := log.Bounds(ctx, eventlog.DeadLetter)
	if err != nil {
		return err
	}
	removed := int64(0)
	for partition, b := range bounds {
		end := b.First
		for kept, err := range ingest.ListDeadLetters(ctx, log.Topic(eventlog.DeadLetter), partition, b.First, b.End) {
			if err != nil && !errors.Is(err, ingest.ErrDeadLetter) {
				return err
			}
			if err == nil && kept.Letter.ReceivedAt >= c.Before.UnixMilli() {
				break
			}
			end = kept.Offset + 1
		}
		if end == b.First {
			continue
		}
		if _, err := log.Purge(ctx, eventlog.DeadLetter, partition, end); err != nil {
			return err
		}
		removed += end - b.First
	}
	fmt.Fprintf(stdout, "removed %d\n", removed)
	return nil
}
