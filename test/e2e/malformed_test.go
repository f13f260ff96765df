package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// malformed is a request that must be refused.
type malformed struct {
	Name        string            `json:"name"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers"`
	Body        string            `json:"body"`
	Reason      string            `json:"reason"`
	Pointer     string            `json:"pointer"`
}

func malformedCases(t *testing.T) (cases []malformed) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "pkg", "event", "testdata", "malformed.json"))
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

// deadLetter is what is kept of a refused event.
type deadLetter struct {
	Reason      string `json:"reason"`
	Detail      string `json:"detail"`
	Pointer     string `json:"pointer"`
	Tenant      string `json:"tenant"`
	Source      string `json:"source"`
	Event       string `json:"event"`
	EventBase64 []byte `json:"event_base64"`
	Position    *struct {
		Topic     string `json:"topic"`
		Partition int    `json:"partition"`
		Offset    int64  `json:"offset"`
	} `json:"position"`
}

func (d *deadLetter) bytes() string {
	if d.Event != "" {
		return d.Event
	}
	return string(d.EventBase64)
}

// deadLetters reads the dead letters, in their order.
func (s *system) deadLetters(t *testing.T) (letters []deadLetter) {
	t.Helper()
	for _, record := range recordsOf(t, s.address("kafka"), deadLetterTopic) {
		var letter deadLetter
		if err := json.Unmarshal(record.Value, &letter); err != nil {
			t.Fatalf("dead letter %d: %v", record.Offset, err)
		}
		for _, h := range record.Headers {
			if h.Key == "reason" && string(h.Value) != letter.Reason {
				t.Errorf("dead letter %d: the header says %s, the letter %s", record.Offset, h.Value, letter.Reason)
			}
		}
		letters = append(letters, letter)
	}
	return letters
}

// refusalOf is why a request was refused: the reason of its one result, or of the problem.
func refusalOf(answer receipt) (reason, pointer string) {
	if len(answer.Results) == 1 {
		return answer.Results[0].Reason, answer.Results[0].Pointer
	}
	return answer.Type[strings.LastIndexByte(answer.Type, '/')+1:], ""
}

// kept is what a dead letter must keep of a request: of a batch of one event, that event.
func (m *malformed) kept() string {
	var batch []json.RawMessage
	if m.ContentType == stand.BatchType && json.Unmarshal([]byte(m.Body), &batch) == nil && len(batch) == 1 {
		return string(batch[0])
	}
	return m.Body
}

func TestMalformedEventsAreRefusedAndKeptAndNeverCounted(t *testing.T) {
	cases := malformedCases(t)
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{})
		for _, m := range cases {
			status, answer, err := send(t.Context(), s.url(ingestor, "/v1/events"), m.ContentType, []byte(m.Body), m.Headers)
			reason, pointer := refusalOf(answer)
			if err != nil || status != http.StatusBadRequest || reason != m.Reason || pointer != m.Pointer || answer.Accepted > 0 {
				t.Errorf("%s: %v, status %d, %s %q, want 400, %s %q: %+v", m.Name, err, status, reason, pointer, m.Reason, m.Pointer, answer)
			}
		}
		letters := s.deadLetters(t)
		if len(letters) != len(cases) {
			t.Fatalf("%d dead letters, want %d", len(letters), len(cases))
		}
		for i, m := range cases {
			letter := letters[i]
			if letter.Reason != m.Reason || letter.Pointer != m.Pointer || letter.Detail == "" || letter.Tenant != "default" || letter.Source != "http" {
				t.Errorf("%s: the dead letter says %+v, want %s %q", m.Name, letter, m.Reason, m.Pointer)
			}
			if letter.bytes() != m.kept() {
				t.Errorf("%s: the dead letter keeps %q, want %q", m.Name, letter.bytes(), m.kept())
			}
		}
		countsOnlyWhatIsGood(t, s)
		s.audit(t)
	})
}

// countsOnlyWhatIsGood posts the first good event, and finds it alone in the log and in the numbers.
func countsOnlyWhatIsGood(t *testing.T, s *system) {
	t.Helper()
	s.await(t, s.post(t, dealCreated("good", 1, "2026-02-10T09:30:00Z")), "")
	records := slices.DeleteFunc(recordsOf(t, s.address("kafka"), eventsTopic), isTick)
	if len(records) != 1 {
		t.Errorf("%d records are in the log beside its ticks, want 1", len(records))
	}
	for path, want := range map[string]float64{
		"/v1/metrics/deals_created?window=2026-Q1":  1,
		"/v1/metrics/open_deals?as_of=2026-03-31":   1,
		"/v1/metrics/deals_won?window=2026-Q1":      0,
		"/v1/metrics/deals_lost?window=2026-Q1":     0,
		"/v1/metrics/bookings?window=2026-Q1":       0,
		"/v1/metrics/activities?window=2026-Q1":     0,
		"/v1/metrics/leads_captured?window=2026-Q1": 0,
		"/v1/metrics/mqls?window=2026-Q1":           0,
		"/v1/metrics/stage_entries?window=2026-Q1":  1,
	} {
		if got := s.value(t, path); got != want {
			t.Errorf("GET %s: %v, want %v", path, got, want)
		}
	}
	deals, _ := s.ask(t, "/v1/deals", "").(map[string]any)["deals"].([]any)
	if len(deals) != 1 {
		t.Errorf("%d deals are known, want 1: %v", len(deals), deals)
	}
}

// isTick reports whether a record is one of those that the aggregator itself writes each hour.
func isTick(record kafka.Message) bool {
	return slices.ContainsFunc(record.Headers, func(h kafka.Header) bool {
		return h.Key == "ce_type" && string(h.Value) == "dev.weir.clock.ticked"
	})
}

func TestARepeatWithAnotherBodyIsRefusedAndTheFirstStands(t *testing.T) {
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{})
		s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z"))
		s.await(t, s.post(t, dealCreated("D1", 999, "2026-02-10T09:30:00Z")), "")
		if got := s.value(t, "/v1/metrics/open_pipeline?as_of=2026-03-31"); got != 100 {
			t.Errorf("the pipeline is %v, want the 100 of the first", got)
		}
		letters := s.deadLetters(t)
		if len(letters) != 1 || letters[0].Reason != "conflict" || letters[0].Position == nil || letters[0].Position.Topic != eventsTopic {
			t.Errorf("%+v", letters)
		}
		s.audit(t)
	})
}
