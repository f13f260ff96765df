package event

import (
	"errors"
	"net/http"
	"os"
	"testing"

	"github.com/go-json-experiment/json"
)

// malformed is one case of testdata/malformed.json, which the end-to-end suite posts over HTTP too.
type malformed struct {
	Name        string            `json:"name"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers"`
	Body        string            `json:"body"`
	Reason      Reason            `json:"reason"`
	Pointer     string            `json:"pointer"`
}

func malformedCases(t testing.TB) (cases []malformed) {
	t.Helper()
	text, err := os.ReadFile("testdata/malformed.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// take reads and validates a request as an edge does.
func (m malformed) take() error {
	var e Event
	var err error
	switch ModeOf(m.ContentType) {
	case ModeStructured:
		e, err = ParseStructured([]byte(m.Body))
	case ModeBatch:
		var parts [][]byte
		if parts, err = SplitBatch([]byte(m.Body)); err == nil {
			e, err = ParseStructured(parts[0])
		}
	default:
		headers := http.Header{"Content-Type": {m.ContentType}}
		for name, value := range m.Headers {
			headers.Set(name, value)
		}
		e, err = FromHTTPHeaders(headers, []byte(m.Body))
	}
	if err == nil {
		_, err = e.Validate(noon, "EUR")
	}
	return err
}

func TestMalformedEventsAreRefusedForTheirReason(t *testing.T) {
	cases := malformedCases(t)
	if len(cases) < 60 {
		t.Errorf("only %d cases", len(cases))
	}
	names := map[string]bool{}
	for _, m := range cases {
		if names[m.Name] {
			t.Errorf("%s: two cases have this name", m.Name)
		}
		names[m.Name] = true
		refusal, ok := errors.AsType[*Refusal](m.take())
		if !ok || refusal.Reason != m.Reason || refusal.Pointer != m.Pointer || refusal.Detail == "" {
			t.Errorf("%s: got %v, want %s %s", m.Name, refusal, m.Reason, m.Pointer)
		}
	}
}
