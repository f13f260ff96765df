package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"testing"

	"weir.dev/weir/test/e2e/stand"
)

type (
	cloudEvent = stand.CloudEvent
	receipt    = stand.Receipt
)

// send posts a body, and returns the status and the answer.
func send(ctx context.Context, url, contentType string, body []byte, headers map[string]string) (int, receipt, error) {
	return stand.Send(ctx, url, contentType, body, headers)
}

// post posts events as one batch, all of which must be accepted, and returns their position.
func (s *system) post(t *testing.T, events ...cloudEvent) string {
	t.Helper()
	return s.postRaw(t, stand.BatchType, encode(t, events), len(events), nil)
}

// postRaw posts a body with a number of events, all of which must be accepted, and returns their position.
func (s *system) postRaw(t *testing.T, contentType string, body []byte, events int, headers map[string]string) string {
	t.Helper()
	status, answer, err := send(t.Context(), s.url(ingestor, "/v1/events"), contentType, body, headers)
	if err != nil {
		t.Fatal(err)
	}
	if status != http.StatusAccepted || answer.Accepted != events || answer.Position == "" {
		t.Fatalf("%d events: status %d, %+v", events, status, answer)
	}
	return answer.Position
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// get asks the query service once, with an API key or without.
func (s *system) get(t *testing.T, path, key string) (status int, body any) {
	t.Helper()
	status, body, err := stand.Ask(t.Context(), s.url(query, path), stand.Bearer(key))
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return status, body
}

// ask gets an answer of status 200.
func (s *system) ask(t *testing.T, path, key string) any {
	t.Helper()
	status, body := s.get(t, path, key)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d: %v", path, status, body)
	}
	return body
}

// await waits until everything up to a position is in the numbers.
func (s *system) await(t *testing.T, position, key string) {
	t.Helper()
	eventually(t, 2*patience, "what was posted is in the numbers", func() error {
		status, body := s.get(t, "/v1/metrics/deals_created?after="+position, key)
		switch status {
		case http.StatusOK:
			return nil
		case http.StatusServiceUnavailable:
			return fmt.Errorf("%v", body)
		}
		t.Fatalf("after %s: %d: %v", position, status, body)
		return nil
	})
}

// value is the first value of a metric.
func (s *system) value(t *testing.T, path string) float64 {
	t.Helper()
	body := s.ask(t, path, "")
	got, ok := at(body, "/values/0/value")
	number, isNumber := got.(float64)
	if !ok || !isNumber {
		t.Fatalf("GET %s: no value in %v", path, body)
	}
	return number
}

// at is what a JSON pointer points to.
func at(body any, pointer string) (any, bool) { return stand.At(body, pointer) }

// meets compares with an expectation: a value, or {"value": n, "within": d}.
func meets(got, want any) bool {
	near, _ := want.(map[string]any)
	if within, said := near["within"].(float64); said {
		number, ok := got.(float64)
		return ok && math.Abs(number-near["value"].(float64)) <= within
	}
	return reflect.DeepEqual(got, want)
}
