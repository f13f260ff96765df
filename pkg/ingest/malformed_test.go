package ingest

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
)

// malformed is a request that must be refused.
type malformed struct {
	Name        string            `json:"name"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers"`
	Body        string            `json:"body"`
	Reason      event.Reason      `json:"reason"`
	Pointer     string            `json:"pointer"`
}

func malformedCases(t testing.TB) (cases []malformed) {
	t.Helper()
	text, err := os.ReadFile("../event/testdata/malformed.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 50 {
		t.Fatalf("only %d cases", len(cases))
	}
	return cases
}

func (m malformed) headers() (pairs []string) {
	for name, value := range m.Headers {
		pairs = append(pairs, name, value)
	}
	return pairs
}

func TestEachMalformedEventIsADeadLetterWithItsReason(t *testing.T) {
	e := newEdge(t, config.Default())
	for i, m := range malformedCases(t) {
		t.Run(m.Name, func(t *testing.T) {
			wantStatus(t, e.post(m.ContentType, m.Body, m.headers()...), http.StatusBadRequest)
			letters := e.letters(t)
			if len(letters) != i+1 {
				t.Fatalf("%d dead letters, want %d", len(letters), i+1)
			}
			letter := letters[i]
			if letter.Reason != m.Reason || letter.Pointer != m.Pointer || letter.Detail == "" {
				t.Errorf("refused as %s %q (%s), want %s %q", letter.Reason, letter.Pointer, letter.Detail, m.Reason, m.Pointer)
			}
			want := m.Body
			if event.ModeOf(m.ContentType) == event.ModeBatch {
				if parts, err := event.SplitBatch([]byte(m.Body)); err == nil {
					want = string(parts[0])
				}
			}
			if string(letter.Event) != want || len(letter.Headers) != len(m.Headers) {
				t.Errorf("kept %q, %v", letter.Event, letter.Headers)
			}
		})
	}
	if recs := e.log.all(eventsTopic); len(recs) > 0 {
		t.Errorf("%d malformed events are in the log", len(recs))
	}
}

// FuzzIngest posts anything: nothing of it may be answered by a fault of the server, and each event that
// is accepted must be one that the log's readers can read.
func FuzzIngest(f *testing.F) {
	f.Add(uint8(0), []byte(moved("e-1")), "")
	f.Add(uint8(1), []byte("["+moved("e-1")+","+timeless("e-2")+"]"), "")
	f.Add(uint8(2), []byte(`{"to":"negotiation"}`), "e-1")
	f.Add(uint8(3), packed(f, moved("e-1")), "")
	for _, m := range malformedCases(f) {
		mode := slices.Index([]event.Mode{event.ModeStructured, event.ModeBatch, event.ModeBinary}, event.ModeOf(m.ContentType))
		f.Add(uint8(mode), []byte(m.Body), m.Headers["ce-id"])
	}
	f.Fuzz(func(t *testing.T, mode uint8, body []byte, id string) {
		e := newEdge(t, config.Default())
		types := []string{structured, batched, "application/json", structured}
		headers := []string{"ce-specversion", "1.0", "ce-source", "/fuzz", "ce-type", "dev.weir.deal.stage_changed", "ce-subject", "deal/D1", "ce-time", "2026-02-10T09:30:00Z", "ce-id", id}
		if mode%4 == 3 {
			headers = []string{"Content-Encoding", "gzip"}
		}
		got := e.post(types[mode%4], string(body), headers...)
		recs := e.log.all(eventsTopic)
		var answer Answer
		err := json.Unmarshal(got.Body.Bytes(), &answer)
		switch {
		case got.Code >= http.StatusInternalServerError:
			t.Errorf("status %d: %s", got.Code, got.Body)
		case err != nil || answer.Accepted != len(recs):
			t.Errorf("%v: %d records for %s", err, len(recs), got.Body)
		case answer.Rejected > len(e.letters(t)):
			t.Errorf("%d dead letters for %s", len(e.letters(t)), got.Body)
		}
		for i := range recs {
			var read event.Event
			if err := event.FromRecord(&recs[i], &read); err != nil {
				t.Errorf("accepted and cannot be read: %v", err)
			} else if _, err := read.Validate(noon.UnixMilli(), "EUR"); err != nil {
				t.Errorf("accepted and refused when read: %v", err)
			}
		}
	})
}
