package e2e

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// dealCreated is the beginning of a deal.
func dealCreated(id string, amount int, at string) cloudEvent {
	return stand.DealCreated(id, amount, at)
}

func dealEvent(id, kind, at string, data map[string]any) cloudEvent {
	return stand.DealEvent(id, kind, at, data)
}

// seed is what the choices of a run grow from: WEIR_SEED, or another each time.
func seed(t *testing.T) uint64 {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if text := os.Getenv("WEIR_SEED"); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("WEIR_SEED: %v", err)
		}
	}
	t.Logf("seed %d; WEIR_SEED repeats its choices", n)
	return n
}

const (
	senders       = 3
	dealsPerBatch = 10
	batchPause    = 50 * time.Millisecond // between two batches of a sender
	repeated      = 0.125                 // share of the batches after which an earlier one is sent again
)

// traffic is a few upstream systems that post while a test runs.
type traffic struct{ stand.Traffic }

// startTraffic begins to post. If the test ends early, so does the traffic.
func startTraffic(t *testing.T, s *system, seed uint64) *traffic {
	t.Helper()
	tr := &traffic{stand.Traffic{
		URL: func() string { return s.url(ingestor, "/v1/events") }, Keys: make([]string, senders),
		Batch: func(sender, number int) ([]cloudEvent, stand.Tally) {
			return stand.Lives(sender, number, dealsPerBatch, time.Second)
		},
		Pause: batchPause, Repeats: repeated,
	}}
	tr.Start(t.Context(), seed)
	t.Cleanup(func() { _ = tr.Wait() }) // t's context ends before
	return tr
}

// awaitMore waits until more events are acknowledged than now.
func (tr *traffic) awaitMore(t *testing.T, more int) {
	t.Helper()
	now := tr.Counts().Acked
	eventually(t, patience, "more events acknowledged", func() error {
		if got := tr.Counts().Acked; got < now+more {
			return fmt.Errorf("%d events since", got-now)
		}
		return nil
	})
}

// acknowledged are the flags of an audit that say what was acknowledged up to now.
func (tr *traffic) acknowledged(t *testing.T) []string {
	t.Helper()
	var text bytes.Buffer
	for sender := range tr.Keys {
		_, batches := tr.SumOf(sender)
		for number := range batches {
			events, _ := tr.Batch(sender, number)
			for _, e := range events {
				text.Write(append(encode(t, e), '\n'))
			}
		}
	}
	file := filepath.Join(t.TempDir(), "acknowledged.ndjson")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"--acknowledged", file}
}

// settle ends the traffic once its last batches are acknowledged, and checks that the numbers are exactly
// what was acknowledged and that Weir itself finds no difference.
func (tr *traffic) settle(t *testing.T, s *system) {
	t.Helper()
	tr.Close()
	acknowledged := make(chan error, 1)
	go func() { acknowledged <- tr.Wait() }()
	select {
	case err := <-acknowledged:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(patience):
		t.Fatalf("the last batches are not acknowledged within %s", patience)
	}
	for _, position := range tr.Positions() {
		s.await(t, position, "")
	}
	count, want := tr.Counts(), tr.Sum()
	t.Logf("%d events acknowledged, %d sent again after %d requests without an answer", count.Acked, count.Repeated, count.Failures)
	for path, want := range map[string]int{
		"/v1/metrics/deals_created?window=2026-Q1": want.Created,
		"/v1/metrics/deals_won?window=2026-Q1":     want.Won,
		"/v1/metrics/deals_lost?window=2026-Q1":    want.Lost,
		"/v1/metrics/activities?window=2026-Q1":    want.Activities,
		"/v1/metrics/bookings?window=2026-Q1":      want.Bookings,
		"/v1/metrics/open_deals?as_of=2026-03-31":  want.Created - want.Won - want.Lost,
	} {
		if got := s.value(t, path); got != float64(want) {
			t.Errorf("GET %s: %v, want %d", path, got, want)
		}
	}
	s.audit(t, append(tr.acknowledged(t), "--after", strings.Join(slices.Collect(maps.Values(tr.Positions())), ","))...)
}
