package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/state"
)

// refused is a log that holds three dead letters.
func refused(t *testing.T) (brokers []string) {
	t.Helper()
	server, err := embedded.StartLog(t.Context(), "", embedded.LogOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	log, err := eventlog.Dial(t.Context(), server.Brokers(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.Close)
	if err := log.Ensure(t.Context(), eventlog.Topics(4)...); err != nil {
		t.Fatal(err)
	}
	letters := ingest.NewDeadLetters(log, ingest.Layout{
		Partition: func(tenant string) int { return len(tenant) % 4 }, ErrTooLarge: eventlog.ErrTooLarge,
	})
	for i, tenant := range []string{"acme", "globex", "acme"} {
		rec := event.Record{Key: []byte(tenant), Time: int64(i) * 1000, Value: []byte(`{"n":7}`), Headers: []event.Header{
			{Key: "ce_id", Value: []byte{'e', '\x1b', byte('0' + i)}},
		}}
		why := &event.Refusal{Reason: []event.Reason{event.Missing, event.Invalid, event.Future}[i], Pointer: "/time", Detail: "a rule"}
		if err := letters.Refuse(t.Context(), eventlog.Events, 1, state.Refused{Record: rec, Err: why}); err != nil {
			t.Fatal(err)
		}
	}
	return server.Brokers()
}

func TestDeadLettersAreListedByTimeAndChosen(t *testing.T) {
	brokers := refused(t)
	for _, test := range []struct {
		name  string
		cmd   listLettersCmd
		lines []string
	}{
		{"all", listLettersCmd{}, []string{
			"0/0    1970-01-01T00:00:00Z  acme    weir.events.v1  missing  /time  e\ufffd0  a rule",
			"2/0    1970-01-01T00:00:01Z  globex  weir.events.v1  invalid  /time  e\ufffd1  a rule",
			"0/1    1970-01-01T00:00:02Z  acme    weir.events.v1  future   /time  e\ufffd2  a rule",
		}},
		{"a tenant's", listLettersCmd{Tenant: "globex"}, []string{"2/0    1970-01-01T00:00:01Z  globex  weir.events.v1  invalid  /time  e\ufffd1  a rule"}},
		{"of a reason", listLettersCmd{Reason: "future"}, []string{"0/1    1970-01-01T00:00:02Z  acme    weir.events.v1  future  /time  e\ufffd2  a rule"}},
		{"the latest", listLettersCmd{Limit: 1}, []string{"0/1    1970-01-01T00:00:02Z  acme    weir.events.v1  future  /time  e\ufffd2  a rule"}},
		{"as JSON", listLettersCmd{Tenant: "globex", JSON: true}, []string{
			`{"place":"2/0","letter":{"reason":"invalid","detail":"a rule","pointer":"/time","tenant":"globex","id":"e\u001b1","source":"weir.events.v1",` +
				`"headers":[{"name":"ce_id","value_base64":"ZRsx"}],"event":"{\"n\":7}","received_at":"1970-01-01T00:00:01Z",` +
				`"position":{"topic":"weir.events.v1","partition":1,"offset":0}}}`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.cmd.Kafka = brokers
			var out bytes.Buffer
			if err := test.cmd.run(t.Context(), &out, io.Discard); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if !test.cmd.JSON {
				if !strings.HasPrefix(lines[0], "PLACE") {
					t.Errorf("head %q", lines[0])
				}
				lines = lines[1:]
			}
			if got, want := strings.Join(lines, "\n"), strings.Join(test.lines, "\n"); got != want {
				t.Errorf("list\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestADeadLetterIsShownWhole(t *testing.T) {
	brokers := refused(t)
	show := func(ctx context.Context, place string) (string, error) {
		var out bytes.Buffer
		err := (&showLetterCmd{Kafka: brokers, Place: place}).run(ctx, &out, io.Discard)
		return out.String(), err
	}
	got, err := show(t.Context(), "0/1")
	if err != nil || !strings.Contains(got, "\n  \"event\": \"{\\\"n\\\":7}\",\n") || !strings.Contains(got, `"reason": "future"`) {
		t.Errorf("shown %s, %v", got, err)
	}
	for _, place := range []string{"0/2", "1/0", "9/0", "-1/0", "0/-1", "0", "x"} {
		if _, err := show(t.Context(), place); !errors.Is(err, errNoLetter) {
			t.Errorf("show %s: %v", place, err)
		}
	}
}
