package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/client"
)

// handled answers each request by the next of its handlers, the last of them for ever.
type handled struct {
	handlers []http.HandlerFunc
	requests int
}

func (h *handled) RoundTrip(req *http.Request) (*http.Response, error) {
	handler := h.handlers[min(h.requests, len(h.handlers)-1)]
	h.requests++
	if handler == nil {
		return nil, errors.New("connection reset")
	}
	rec := httptest.NewRecorder()
	handler(rec, req)
	return rec.Result(), nil
}

func accepting(w http.ResponseWriter, req *http.Request) {
	var events []json.RawMessage
	if err := json.NewDecoder(req.Body).Decode(&events); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]any{"accepted": len(events), "rejected": 0, "position": "p1"})
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if len(header) == 2 {
			w.Header().Set(header[0], header[1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, `{"title":"no"}`)
	}
}

func TestPostSendsAgainUntilItIsAcknowledged(t *testing.T) {
	cases := map[string]struct {
		before []http.HandlerFunc
		waits  time.Duration
	}{
		"at once":                       {nil, 0},
		"after a lost connection":       {[]http.HandlerFunc{nil}, 200 * time.Millisecond},
		"after three":                   {[]http.HandlerFunc{nil, nil, nil}, 1400 * time.Millisecond},
		"after 503 as long as it says":  {[]http.HandlerFunc{status(503, "Retry-After", "7")}, 7 * time.Second},
		"after 429 as long as it says":  {[]http.HandlerFunc{status(429, "Retry-After", "3")}, 3 * time.Second},
		"after 503 without a time":      {[]http.HandlerFunc{status(503)}, 200 * time.Millisecond},
		"after a Retry-After of no use": {[]http.HandlerFunc{status(503, "Retry-After", "soon")}, 200 * time.Millisecond},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := &handled{handlers: append(c.before, accepting)}
				start := time.Now()
				answer, err := client.New("http://weir", transport, slog.New(slog.DiscardHandler)).
					Post(t.Context(), []json.RawMessage{[]byte(`{}`), []byte(`{}`)})
				if err != nil || answer.Accepted != 2 || answer.Position != "p1" {
					t.Fatalf("got %+v, %v", answer, err)
				}
				if waited := time.Since(start); waited != c.waits {
					t.Errorf("waited %s, want %s", waited, c.waits)
				}
				if transport.requests != len(c.before)+1 {
					t.Errorf("%d requests, want %d", transport.requests, len(c.before)+1)
				}
			})
		})
	}
}

func TestPostHandsRejectionsOverAndDoesNotRepeatThem(t *testing.T) {
	transport := &handled{handlers: []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"accepted":0,"rejected":1,"results":[
			{"index":0,"id":"e","status":"rejected","reason":"range","detail":"negative","pointer":"/data/amount"}]}`)
	}}}
	answer, err := client.New("http://weir/", transport, slog.New(slog.DiscardHandler)).
		Post(t.Context(), []json.RawMessage{[]byte(`{}`)})
	if err != nil || answer.Rejected != 1 || transport.requests != 1 {
		t.Fatalf("got %+v, %v after %d requests", answer, err, transport.requests)
	}
	if got := answer.Results[0]; !got.Rejected() || got.Pointer != "/data/amount" || got.Detail != "negative" {
		t.Errorf("got %+v", got)
	}
}

func TestPostFailsAtOnceWhereTryingAgainIsOfNoUse(t *testing.T) {
	for _, code := range []int{400, 401, 403, 404, 413, 415} {
		transport := &handled{handlers: []http.HandlerFunc{status(code)}}
		_, err := client.New("http://weir", transport, slog.New(slog.DiscardHandler)).
			Post(t.Context(), []json.RawMessage{[]byte(`{}`)})
		if !errors.Is(err, client.ErrRefused) || transport.requests != 1 {
			t.Errorf("%d: %v after %d requests, want ErrRefused after one", code, err, transport.requests)
		}
	}
}

func TestPostGivesUpAfterTwoMinutesOfSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := client.New("http://weir", &handled{handlers: []http.HandlerFunc{nil}}, slog.New(slog.DiscardHandler)).
			Post(t.Context(), []json.RawMessage{[]byte(`{}`)})
		if !errors.Is(err, client.ErrGaveUp) || time.Since(start) > 2*time.Minute || time.Since(start) < time.Minute {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}

func TestPostEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := client.New("http://weir", &handled{handlers: []http.HandlerFunc{nil}}, slog.New(slog.DiscardHandler)).
			Post(ctx, []json.RawMessage{[]byte(`{}`)})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's end", err)
		}
	})
}
