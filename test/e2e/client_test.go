package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The content types of CloudEvents over HTTP.
const (
	structuredType = "application/cloudevents+json"
	batchType      = "application/cloudevents-batch+json"
)

var web = &http.Client{Timeout: 30 * time.Second}

// cloudEvent is an event as upstream systems write it.
type cloudEvent struct {
	SpecVersion  string         `json:"specversion"`
	ID           string         `json:"id"`
	Source       string         `json:"source"`
	Type         string         `json:"type"`
	Subject      string         `json:"subject"`
	Time         string         `json:"time"`
	RecordedTime string         `json:"recordedtime,omitempty"`
	ContentType  string         `json:"datacontenttype"`
	Data         map[string]any `json:"data"`
}

// receipt is what the ingestor answers.
type receipt struct {
	Accepted int    `json:"accepted"`
	Rejected int    `json:"rejected"`
	Position string `json:"position"`
	Results  []struct {
		ID      string `json:"id"`
		Status  string `json:"status"`
		Reason  string `json:"reason"`
		Detail  string `json:"detail"`
		Pointer string `json:"pointer"`
	} `json:"results"`
	Type string `json:"type"` // of a problem
}

// send posts a body, and returns the status and the answer.
func send(ctx context.Context, url, contentType string, body []byte, headers map[string]string) (int, receipt, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, receipt{}, err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := web.Do(req)
	if err != nil {
		return 0, receipt{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, receipt{}, err
	}
	var answer receipt
	if err := json.Unmarshal(text, &answer); err != nil {
		return resp.StatusCode, answer, fmt.Errorf("%s: %w: %s", resp.Status, err, text)
	}
	return resp.StatusCode, answer, nil
}

// post posts events as one batch, all of which must be accepted, and returns their position.
func (s *system) post(t *testing.T, events ...cloudEvent) string {
	t.Helper()
	return s.postRaw(t, batchType, encode(t, events), len(events), nil)
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

// fetch gets a URL.
func fetch(url string) (status int, text string, err error) {
	resp, err := web.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

// get asks the query service once, with an API key or without.
func (s *system) get(t *testing.T, path, key string) (status int, body any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url(query, path), nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		t.Fatalf("GET %s: %s: %v", path, resp.Status, err)
	}
	return resp.StatusCode, body
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
func at(body any, pointer string) (any, bool) {
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch within := body.(type) {
		case map[string]any:
			next, ok := within[token]
			if !ok {
				return nil, false
			}
			body = next
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(within) {
				return nil, false
			}
			body = within[i]
		default:
			return nil, false
		}
	}
	return body, true
}

// meets compares with an expectation: a value, or {"value": n, "within": d}.
func meets(got, want any) bool {
	near, _ := want.(map[string]any)
	if within, said := near["within"].(float64); said {
		number, ok := got.(float64)
		return ok && math.Abs(number-near["value"].(float64)) <= within
	}
	return reflect.DeepEqual(got, want)
}
