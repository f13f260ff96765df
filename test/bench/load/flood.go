package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/test/bench/machine"
	"weir.dev/weir/test/bench/services"
)

const (
	partitions  = 8
	others      = 6 // tenants that do as ever, each in a partition without the flood
	floodFactor = 100
	flooders    = 20
	askEvery    = 500 * time.Millisecond
	waitEvery   = time.Second // between questions that wait for what was just sent
	mostRatio   = 2.0
)

// flooding is the tenant that floods.
const flooding = "flood"

// phase is what the tenants that do as ever saw: alone, or beside the flood.
type phase struct {
	take times // until an event was acknowledged
	ask  times // until a question was answered
	wait times // from the sending of an event until it was in an answer
	failures
}

// flooded is how the flood was answered.
type flooded struct {
	sent, accepted, limited, others, unsaid atomic.Int64 // unsaid: a 429 without Retry-After
}

// trial is a flood under way.
type trial struct {
	lasting   time.Duration // of a phase
	rounds    int           // of both phases
	usual     int           // events a second that each tenant sends, one a request, as web hooks do
	limit     int           // of every tenant, in events a second
	companies []*company    // the first one floods
	services  *services.Services

	alone, beside phase
	how           flooded
}

// flood measures the other tenants alone and beside the flood, in turn.
func flood(ctx context.Context, seed uint64, docs string) error {
	var t trial
	var err error
	var seconds int
	for _, setting := range []struct {
		name      string
		to        *int
		otherwise int
	}{{"SECONDS", &seconds, 10}, {"ROUNDS", &t.rounds, 6}, {"USUAL", &t.usual, 5}, {"LIMIT", &t.limit, 10}} {
		if *setting.to, err = machine.Number(setting.name, setting.otherwise); err != nil {
			return err
		}
	}
	t.lasting = time.Duration(seconds) * time.Second
	for i, name := range append([]string{flooding}, elsewhere()...) {
		t.companies = append(t.companies, newCompany(name, seed+uint64(i)))
	}
	err = serving(ctx, t.configuration(), func(s *services.Services) error {
		t.services = s
		return t.run(ctx)
	})
	if err != nil {
		return err
	}
	r := &report{}
	t.tell(r)
	if err := r.into(docs, "flood"); err != nil {
		return err
	}
	return r.err()
}

func (t *trial) run(ctx context.Context) error {
	t.live(ctx, t.companies, new(phase)) // caches and connections fill
	for range t.rounds {
		beside(func() { t.live(ctx, t.companies[:1], new(phase)) }, func() { t.live(ctx, t.companies[1:], &t.alone) })
		beside(func() { t.pour(ctx, t.companies[0]) }, func() { t.live(ctx, t.companies[1:], &t.beside) })
	}
	return ctx.Err()
}

// beside runs two functions side by side.
func beside(one, other func()) {
	var running sync.WaitGroup
	running.Go(one)
	running.Go(other)
	running.Wait()
}

// elsewhere are tenants in partitions that the flood is not in.
func elsewhere() []string {
	var names []string
	for i := 0; len(names) < others; i++ {
		name := fmt.Sprint("tenant-", i)
		if eventlog.PartitionOf(name, partitions) != eventlog.PartitionOf(flooding, partitions) {
			names = append(names, name)
		}
	}
	return names
}

// configuration gives every tenant the same limit; the key of each is its name.
func (t *trial) configuration() string {
	var yaml strings.Builder
	fmt.Fprintf(&yaml, "partitions: %d\ntenants:\n", partitions)
	for _, c := range t.companies {
		sum := sha256.Sum256([]byte(c.name))
		fmt.Fprintf(&yaml, "  %s:\n    ingest_limit: {events_per_second: %d}\n    keys: [{sha256: %s, scopes: [ingest, query]}]\n",
			c.name, t.limit, hex.EncodeToString(sum[:]))
	}
	return yaml.String()
}

// live lets each company do as ever for a while.
func (t *trial) live(ctx context.Context, companies []*company, p *phase) {
	ctx, cancel := context.WithTimeout(ctx, t.lasting)
	defer cancel()
	var running sync.WaitGroup
	for _, c := range companies {
		by := client{t.services, c.name}
		var mu sync.Mutex // of the company
		next := func() []byte {
			mu.Lock()
			defer mu.Unlock()
			return c.events(1, time.Now())
		}
		timed := func(all *times, f func(context.Context) error) func(time.Time) {
			return func(due time.Time) {
				p.note(f(context.WithoutCancel(ctx)))
				all.add(time.Since(due))
			}
		}
		running.Go(func() {
			each(ctx, time.Second/time.Duration(t.usual), timed(&p.take, func(ctx context.Context) error {
				_, err := by.mustPost(ctx, next(), 1)
				return err
			}))
		})
		running.Go(func() {
			each(ctx, askEvery, timed(&p.ask, func(ctx context.Context) error { return by.ask(ctx, "/v1/metrics/win_rate?window=90d&by=owner") }))
		})
		running.Go(func() {
			each(ctx, waitEvery, timed(&p.wait, func(ctx context.Context) error {
				position, err := by.mustPost(ctx, next(), 1)
				return errors.Join(err, by.caughtUp(ctx, position))
			}))
		})
	}
	running.Wait()
}

// pour sends a hundred times as much for one tenant, whatever it is answered.
func (t *trial) pour(ctx context.Context, c *company) {
	ctx, cancel := context.WithTimeout(ctx, t.lasting)
	defer cancel()
	var mu sync.Mutex // of the company
	var running sync.WaitGroup
	for range flooders {
		running.Go(func() {
			each(ctx, flooders*time.Second/time.Duration(t.usual*floodFactor), func(time.Time) {
				mu.Lock()
				batch := c.events(1, time.Now())
				mu.Unlock()
				t.how.sent.Add(1)
				r, err := client{t.services, c.name}.post(context.WithoutCancel(ctx), batch)
				switch {
				case err == nil && r.Status == http.StatusAccepted:
					t.how.accepted.Add(1)
				case err == nil && r.Status == http.StatusTooManyRequests:
					t.how.limited.Add(1)
					if r.RetryAfter == "" {
						t.how.unsaid.Add(1)
					}
				default:
					t.how.others.Add(1)
				}
			})
		})
	}
	running.Wait()
}

// tell says what came of it.
func (t *trial) tell(r *report) {
	sent, limited, unsaid, other := t.how.sent.Load(), t.how.limited.Load(), t.how.unsaid.Load(), t.how.others.Load()
	poured := t.lasting * time.Duration(t.rounds)
	r.line("each of %d tenants sends %d events a second, one a request; each has an ingest_limit of %d a second", len(t.companies), t.usual, t.limit)
	r.line("then one of them sends %.0f a second; %s of each in turn, %s in all", float64(sent)/poured.Seconds(), t.lasting, 2*poured)
	r.verdict(limited > sent/2 && other == 0 && unsaid == 0, "of its %d requests %d were taken, %d got 429, %d of these without Retry-After, %d any other answer",
		sent, t.how.accepted.Load(), limited, unsaid, other)
	for _, c := range []struct {
		name          string
		alone, beside *times
	}{
		{"until an event is acknowledged", &t.alone.take, &t.beside.take},
		{"until a question is answered", &t.alone.ask, &t.beside.ask},
		{"until an event is in an answer", &t.alone.wait, &t.beside.wait},
	} {
		before, with := c.alone.percentile(99), c.beside.percentile(99)
		ratio := float64(with) / float64(before)
		r.verdict(ratio <= mostRatio, "p99 of the others, %s: alone %s of %d, beside the flood %s of %d: ratio %.2f (at most %.0f)",
			c.name, shown(before), len(c.alone.took), shown(with), len(c.beside.took), ratio, mostRatio)
	}
	failed := t.alone.count + t.beside.count
	r.verdict(failed == 0, "%d of what the others sent and asked failed", failed)
}

func shown(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }
