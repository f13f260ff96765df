package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// dealCreated is the beginning of a deal.
func dealCreated(id string, amount int, at string) cloudEvent {
	return dealEvent(id, "created", at, map[string]any{
		"stage": "prospecting", "amount": amount, "currency": "EUR", "close_date": "2026-06-30", "owner": "owner-1",
	})
}

func dealEvent(id, kind, at string, data map[string]any) cloudEvent {
	return cloudEvent{
		SpecVersion: "1.0", ID: id + "-" + kind, Source: "/e2e", Type: "dev.weir.deal." + kind, Subject: "deal/" + id, Time: at,
		ContentType: "application/json", Data: data,
	}
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

// tally is what the numbers must come to.
type tally struct {
	created, won, lost, activities int
	bookings                       int
}

func (a *tally) add(b tally) {
	a.created += b.created
	a.won += b.won
	a.lost += b.lost
	a.activities += b.activities
	a.bookings += b.bookings
}

const dealsPerBatch = 10

// batchOf is a batch of events: whole lives of some deals, made of its number alone.
func batchOf(sender, number int) (events []cloudEvent, sum tally) {
	start := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	for i := range dealsPerBatch {
		n := number*dealsPerBatch + i
		id := fmt.Sprintf("S%d-%d", sender, n)
		at := func(hours int) string {
			return start.Add(time.Duration(n)*time.Second + time.Duration(hours)*time.Hour).Format(time.RFC3339)
		}
		amount := 1000 + n%9*100
		events = append(events, dealCreated(id, amount, at(0)))
		sum.created++
		if n%2 == 0 {
			events = append(events, dealEvent(id, "stage_changed", at(24), map[string]any{"to": "negotiation"}))
		}
		if n%3 == 0 {
			amount += 50
			events = append(events, dealEvent(id, "amount_changed", at(48), map[string]any{"amount": amount}))
		}
		call := dealEvent(id, "activity", at(50), map[string]any{"kind": "call", "direction": "outbound"})
		call.Type = "dev.weir.activity.logged"
		events = append(events, call)
		sum.activities++
		switch n % 5 {
		case 0:
			events = append(events, dealEvent(id, "won", at(72), map[string]any{}))
			sum.won++
			sum.bookings += amount
		case 1:
			events = append(events, dealEvent(id, "lost", at(72), map[string]any{"kind": "competitor"}))
			sum.lost++
		}
	}
	return events, sum
}

// traffic is a few upstream systems that post all the time. Each sends a batch again until it is
// acknowledged, and now and then one that was.
type traffic struct {
	url   func() string
	ended context.CancelFunc // no new batches
	wait  sync.WaitGroup

	mu        sync.Mutex
	acked     tally
	events    int // acknowledged, each counted once
	repeats   int // events that were sent again
	failures  int // requests without a good answer
	positions map[int]string
	said      []cloudEvent // all that was acknowledged
	err       error
}

const (
	senders    = 3
	batchPause = 50 * time.Millisecond // between two batches of a sender
	again      = 30 * time.Millisecond // before a batch is sent again
)

// startTraffic begins to post. If the test ends early, so does the traffic.
func startTraffic(t *testing.T, s *system, seed uint64) *traffic {
	t.Helper()
	tr := &traffic{url: func() string { return s.url(ingestor, "/v1/events") }, positions: map[int]string{}}
	var open context.Context
	open, tr.ended = context.WithCancel(t.Context())
	for sender := range senders {
		choose := rand.New(rand.NewPCG(seed, uint64(sender)))
		tr.wait.Go(func() { tr.run(t.Context(), open, sender, choose) })
	}
	t.Cleanup(tr.wait.Wait) // t's context ends before
	return tr
}

func (tr *traffic) run(ctx, open context.Context, sender int, choose *rand.Rand) {
	tick := time.NewTicker(batchPause)
	defer tick.Stop()
	for number := 0; open.Err() == nil; number++ {
		tr.deliver(ctx, sender, number, true)
		if choose.IntN(8) == 0 {
			tr.deliver(ctx, sender, choose.IntN(number+1), false)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// deliver sends a batch until it is acknowledged.
func (tr *traffic) deliver(ctx context.Context, sender, number int, first bool) {
	events, sum := batchOf(sender, number)
	body, err := json.Marshal(events)
	if err != nil {
		tr.fail(err)
		return
	}
	for attempt := 0; ctx.Err() == nil; attempt++ {
		status, answer, err := send(ctx, tr.url(), batchType, body, nil)
		switch {
		case err == nil && status == http.StatusAccepted && answer.Accepted == len(events):
			tr.note(sender, answer.Position, sum, events, attempt, first)
			return
		case err == nil && status < 500:
			tr.fail(fmt.Errorf("batch %d of sender %d: status %d: %+v", number, sender, status, answer))
			return
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
		}
	}
}

func (tr *traffic) note(sender int, position string, sum tally, events []cloudEvent, attempts int, first bool) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.failures += attempts
	tr.repeats += attempts * len(events)
	tr.positions[sender] = position
	if first {
		tr.acked.add(sum)
		tr.events += len(events)
		tr.said = append(tr.said, events...)
	} else {
		tr.repeats += len(events)
	}
}

// acknowledged are the flags of an audit that say what was acknowledged up to now.
func (tr *traffic) acknowledged(t *testing.T) []string {
	t.Helper()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	var text bytes.Buffer
	for _, e := range tr.said {
		text.Write(append(encode(t, e), '\n'))
	}
	file := filepath.Join(t.TempDir(), "acknowledged.ndjson")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"--acknowledged", file}
}

func (tr *traffic) fail(err error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.err = errors.Join(tr.err, err)
}

// count is how many events are acknowledged.
func (tr *traffic) count() int {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.events
}

// awaitMore waits until more events are acknowledged than now.
func (tr *traffic) awaitMore(t *testing.T, more int) {
	t.Helper()
	now := tr.count()
	eventually(t, patience, "more events acknowledged", func() error {
		if got := tr.count(); got < now+more {
			return fmt.Errorf("%d events since", got-now)
		}
		return nil
	})
}

// settle ends the traffic once its last batches are acknowledged, and checks that the numbers are exactly
// what was acknowledged and that Weir itself finds no difference.
func (tr *traffic) settle(t *testing.T, s *system) {
	t.Helper()
	tr.ended()
	acknowledged := make(chan struct{})
	go func() {
		tr.wait.Wait()
		close(acknowledged)
	}()
	select {
	case <-acknowledged:
	case <-time.After(patience):
		t.Fatalf("the last batches are not acknowledged within %s", patience)
	}
	if tr.err != nil {
		t.Fatal(tr.err)
	}
	for _, position := range tr.positions {
		s.await(t, position, "")
	}
	t.Logf("%d events acknowledged, %d sent again after %d requests without an answer", tr.events, tr.repeats, tr.failures)
	want := tr.acked
	for path, want := range map[string]int{
		"/v1/metrics/deals_created?window=2026-Q1": want.created,
		"/v1/metrics/deals_won?window=2026-Q1":     want.won,
		"/v1/metrics/deals_lost?window=2026-Q1":    want.lost,
		"/v1/metrics/activities?window=2026-Q1":    want.activities,
		"/v1/metrics/bookings?window=2026-Q1":      want.bookings,
		"/v1/metrics/open_deals?as_of=2026-03-31":  want.created - want.won - want.lost,
	} {
		if got := s.value(t, path); got != float64(want) {
			t.Errorf("GET %s: %v, want %d", path, got, want)
		}
	}
	s.audit(t, append(tr.acknowledged(t), "--after", strings.Join(slices.Collect(maps.Values(tr.positions)), ","))...)
}
