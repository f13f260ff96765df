// Package client speaks to an ingestor as any upstream system does: it posts CloudEvents in batches
// over HTTP, waits where it is told to, and sends again what was not acknowledged, since repeats are
// harmless. It knows nothing of where events come from; what they mean is never looked at here.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ErrRefused is returned where the ingestor refuses a request as a whole, and would again.
var ErrRefused = errors.New("the ingestor refuses the request")

// ErrGaveUp is returned where a batch was not acknowledged within the client's patience.
var ErrGaveUp = errors.New("no acknowledgement")

// Answer is what became of a batch.
type Answer struct {
	Accepted int
	Rejected int
	Position string   // of the last event acknowledged; empty where none was
	Results  []Result // one for each event of the batch
}

// Result is what became of one event.
type Result struct {
	Index   int    `json:"index"`
	ID      string `json:"id"`
	Status  string `json:"status"` // accepted, rejected or unknown
	Reason  string `json:"reason"`
	Detail  string `json:"detail"`
	Pointer string `json:"pointer"`
}

// Rejected tells that the event was refused for good.
func (r Result) Rejected() bool { return r.Status == "rejected" }

const (
	batchType = "application/cloudevents-batch+json"
	patience  = 2 * time.Minute        // how long one batch is tried
	firstWait = 200 * time.Millisecond // before the second try; it doubles up to lastWait
	lastWait  = 10 * time.Second
	bodyLimit = 16 << 20 // of an answer
)

// Client posts to one ingestor. It is safe for use by several goroutines.
type Client struct {
	url  string
	http *http.Client
	log  *slog.Logger
}

// New makes a client of the ingestor at the base address url, such as http://127.0.0.1:8080. The
// transport may be nil for the usual one.
func New(url string, transport http.RoundTripper, log *slog.Logger) *Client {
	return &Client{
		url:  strings.TrimSuffix(url, "/") + "/v1/events",
		http: &http.Client{Transport: transport, Timeout: time.Minute},
		log:  log,
	}
}

// Post sends events, each a CloudEvent in structured JSON, as one batch and returns once each of them
// is either acknowledged or rejected. Lost connections and refusals that pass (429 and 5xx) are tried
// again after the time that the ingestor names, else a growing one; ErrGaveUp ends that after two
// minutes, and nothing is then known of the batch.
func (c *Client) Post(ctx context.Context, events []json.RawMessage) (Answer, error) {
	body, err := json.Marshal(events)
	if err != nil {
		return Answer{}, fmt.Errorf("write the batch: %w", err)
	}
	deadline := time.Now().Add(patience)
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		answer, again, err := c.try(ctx, body)
		if err == nil || again == never || ctx.Err() != nil {
			return answer, err
		}
		pause := max(wait, time.Duration(again))
		if time.Now().Add(pause).After(deadline) {
			return Answer{}, fmt.Errorf("%w after %s: %w", ErrGaveUp, patience, err)
		}
		c.log.Warn("batch not acknowledged, sending it again", "in", pause, "err", err)
		select {
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// retry is how long to wait at least before another try.
type retry time.Duration

const never retry = -1

func (c *Client) try(ctx context.Context, body []byte) (Answer, retry, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return Answer{}, never, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", batchType)
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, 0, err
	}
	defer func() { _ = resp.Body.Close() }() // what matters of it was read
	text, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit))
	if err != nil {
		return Answer{}, 0, fmt.Errorf("read the answer: %w", err)
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode >= 500:
		return Answer{}, pauseOf(resp.Header), fmt.Errorf("%s: %s", resp.Status, excerpt(text))
	case resp.StatusCode == http.StatusAccepted, resp.StatusCode == http.StatusBadRequest:
		return c.read(resp.Status, text)
	default:
		return Answer{}, never, fmt.Errorf("%w: %s: %s", ErrRefused, resp.Status, excerpt(text))
	}
}

// read takes the answer apart. A 400 without results is no answer about the events but a refusal of
// the request.
func (c *Client) read(status string, text []byte) (Answer, retry, error) {
	var answer Answer
	if err := json.Unmarshal(text, &answer); err != nil || answer.Accepted+answer.Rejected == 0 {
		return Answer{}, never, fmt.Errorf("%w: %s: %s", ErrRefused, status, excerpt(text))
	}
	return answer, never, nil
}

// pauseOf reads Retry-After: seconds, or a date.
func pauseOf(h http.Header) retry {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return retry(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return retry(max(0, time.Until(at)))
	}
	return 0
}

// excerpt is the start of an answer, for an error message.
func excerpt(text []byte) string {
	const most = 300
	if len(text) > most {
		text = text[:most]
	}
	return strings.TrimSpace(string(text))
}
