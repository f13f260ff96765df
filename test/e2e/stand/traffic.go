package stand

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Traffic is a few upstream systems that post all the time. Each sends a batch again until it is acknowledged, and
// now and then one that was.
type Traffic struct {
	URL     func() string
	Keys    []string // of the senders, each its API key or ""
	Batch   func(sender, number int) ([]CloudEvent, Tally)
	Batches int           // of each sender; 0: until Close
	Pause   time.Duration // between two batches of a sender
	Repeats float64       // share of the batches after which one that was acknowledged is sent again

	close   context.CancelFunc // no new batches
	running sync.WaitGroup

	mu    sync.Mutex
	count Counts
	sum   Tally // of what is acknowledged
	sums  []Tally
	// By sender: where its last acknowledged batch lies, and how many are acknowledged.
	positions map[int]string
	batches   []int
	err       error
}

// Counts are what traffic has come to so far.
type Counts struct {
	Sent     int // events in all requests
	Acked    int // events that are acknowledged, each counted once
	Repeated int // events that were sent again
	Failures int // requests without a good answer
}

// again is how long a sender waits before it sends a batch again.
const again = 30 * time.Millisecond

// Start begins to post, until all is acknowledged or ctx ends. What is sent again is chosen by the seed.
func (tr *Traffic) Start(ctx context.Context, seed uint64) {
	tr.positions = map[int]string{}
	tr.sums, tr.batches = make([]Tally, len(tr.Keys)), make([]int, len(tr.Keys))
	var open context.Context
	open, tr.close = context.WithCancel(ctx)
	for sender := range tr.Keys {
		choose := rand.New(rand.NewPCG(seed, uint64(sender)))
		tr.running.Go(func() { tr.run(ctx, open, sender, choose) })
	}
}

// Close lets no new batch begin.
func (tr *Traffic) Close() { tr.close() }

// Wait waits until the batches that were begun are acknowledged. It fails where one was refused.
func (tr *Traffic) Wait() error {
	tr.running.Wait()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.err
}

// Counts are those up to now.
func (tr *Traffic) Counts() Counts {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.count
}

// Sum is what the numbers of all senders must come to once all that is acknowledged is in them.
func (tr *Traffic) Sum() Tally {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.sum
}

// SumOf is the sum of one sender, and how many of its batches are acknowledged.
func (tr *Traffic) SumOf(sender int) (sum Tally, batches int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.sums[sender], tr.batches[sender]
}

// Positions are where the last acknowledged batch of each sender lies.
func (tr *Traffic) Positions() map[int]string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return maps.Clone(tr.positions)
}

func (tr *Traffic) run(ctx, open context.Context, sender int, choose *rand.Rand) {
	tick := time.NewTicker(max(tr.Pause, time.Microsecond))
	defer tick.Stop()
	for number := 0; open.Err() == nil && (tr.Batches == 0 || number < tr.Batches); number++ {
		tr.deliver(ctx, sender, number, true)
		if choose.Float64() < tr.Repeats {
			tr.deliver(ctx, sender, choose.IntN(number+1), false)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// deliver sends a batch until it is acknowledged.
func (tr *Traffic) deliver(ctx context.Context, sender, number int, first bool) {
	events, sum := tr.Batch(sender, number)
	body, err := json.Marshal(events)
	if err != nil {
		tr.fail(err)
		return
	}
	for ctx.Err() == nil {
		tr.sent(len(events))
		status, answer, err := Send(ctx, tr.URL(), BatchType, body, Bearer(tr.Keys[sender]))
		switch {
		case err == nil && status == http.StatusAccepted && answer.Accepted == len(events):
			tr.acked(sender, answer.Position, sum, len(events), first)
			return
		case err == nil && status < 500:
			tr.fail(fmt.Errorf("batch %d of sender %d: status %d: %+v", number, sender, status, answer))
			return
		}
		tr.missed(len(events))
		select {
		case <-time.After(again):
		case <-ctx.Done():
		}
	}
}

func (tr *Traffic) sent(events int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.count.Sent += events
}

func (tr *Traffic) acked(sender int, position string, sum Tally, events int, first bool) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.positions[sender] = position
	if !first {
		tr.count.Repeated += events
		return
	}
	tr.count.Acked += events
	tr.sum.Add(sum)
	tr.sums[sender].Add(sum)
	tr.batches[sender]++
}

func (tr *Traffic) missed(events int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.count.Failures++
	tr.count.Repeated += events
}

func (tr *Traffic) fail(err error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.err = errors.Join(tr.err, err)
}
