package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"weir.dev/weir/test/bench/services"
)

// client is one tenant's systems: it posts and asks with the tenant's key.
type client struct {
	*services.Services
	key string // empty for none
}

// receipt is how a post was answered.
type receipt struct {
	Status     int
	RetryAfter string
	Accepted   int
	Position   string
}

// post posts a batch.
func (c client) post(ctx context.Context, batch []byte) (r receipt, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.Ingestor+"/v1/events", bytes.NewReader(batch))
	if err != nil {
		return r, err
	}
	request.Header.Set("Content-Type", "application/cloudevents-batch+json")
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return r, err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err == nil {
		err = json.Unmarshal(said, &r)
	}
	r.Status, r.RetryAfter = answer.StatusCode, answer.Header.Get("Retry-After")
	return r, err
}

// mustPost posts a batch of so many events, all of which must be accepted, and returns their position.
func (c client) mustPost(ctx context.Context, batch []byte, events int) (position string, err error) {
	r, err := c.post(ctx, batch)
	if err == nil && (r.Status != http.StatusAccepted || r.Accepted != events) {
		err = fmt.Errorf("post of %d events: %+v", events, r)
	}
	return r.Position, err
}

// ask asks a question, which must be answered.
func (c client) ask(ctx context.Context, question string) error {
	status, said, err := services.Get(ctx, "http://"+c.Query+question, c.key)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %d: %.300s", question, status, said)
	}
	return err
}

// caughtUp waits until what stands at a position is in the answers.
func (c client) caughtUp(ctx context.Context, position string) error {
	for {
		status, said, err := services.Get(ctx, "http://"+c.Query+"/v1/metrics/deals_created?after="+position, c.key)
		switch {
		case err != nil:
			return err
		case status == http.StatusOK:
			return nil
		case status != http.StatusServiceUnavailable:
			return fmt.Errorf("after %s: %d: %.300s", position, status, said)
		}
	}
}

// times are how long something took, many times. It is safe for concurrent use.
type times struct {
	mu   sync.Mutex
	took []time.Duration
}

func (t *times) add(d time.Duration) {
	t.mu.Lock()
	t.took = append(t.took, d)
	t.mu.Unlock()
}

// percentile is the time that so many in a hundred did not exceed.
func (t *times) percentile(percent int) time.Duration {
	if len(t.took) == 0 {
		return 0
	}
	slices.Sort(t.took)
	return t.took[(len(t.took)-1)*percent/100]
}

// failures are counted, and the first is told of. They are safe for concurrent use.
type failures struct {
	mu    sync.Mutex
	count int
}

func (f *failures) note(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count++; f.count == 1 {
		fmt.Fprintln(os.Stderr, "load: the first that failed:", err)
	}
}

// each calls f at a steady rate until ctx ends, each time in a goroutine of its own, so that one that takes long keeps
// no other from beginning; it returns when all have ended. f is told when it was to begin.
func each(ctx context.Context, every time.Duration, f func(due time.Time)) {
	var running sync.WaitGroup
	defer running.Wait()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case due := <-tick.C:
			running.Go(func() { f(due) })
		}
	}
}
