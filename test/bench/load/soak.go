package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"weir.dev/weir/test/bench/machine"
	"weir.dev/weir/test/bench/services"
)

const (
	warming     = 10_000  // events before anything is measured
	flatOut     = 400_000 // events that the capacity is measured by
	flatBatch   = 200
	posters     = 4
	beats       = 50 // batches a second of the soak
	asking      = time.Second / 5
	sampleEvery = 5 * time.Second
	mostLag     = 10 // seconds of events that may wait in the log, on average of the last half
)

// What a fitted line may rise by over the last half: a part of its mean, or so much.
const (
	flatPart       = 0.05
	flatMebibytes  = 8
	flatGoroutines = 5
)

// questions are asked in turn meanwhile.
var questions = []string{
	"/v1/metrics/win_rate?window=90d&by=owner", "/v1/metrics/open_pipeline?by=stage", "/v1/metrics/activities?window=7d&step=day",
	"/v1/metrics/stage_conversion_rate?window=90d", "/v1/pipeline/flow?window=2026-Q4", "/v1/deals?status=open&limit=50",
}

// soak runs at half of the capacity, which it measures first, and looks whether anything grows.
func soak(ctx context.Context, seed uint64, docs string) error {
	minutes, err := machine.Number("MINUTES", 20)
	if err != nil {
		return err
	}
	lasting := time.Duration(minutes) * time.Minute
	return serving(ctx, fmt.Sprintf("partitions: %d\n", partitions), func(s *services.Services) error {
		k := &soaking{client: client{s, ""}, company: newCompany("default", seed), redis: os.Getenv("WEIR_TEST_REDIS")}
		capacity, err := k.capacity(ctx)
		if err != nil {
			return fmt.Errorf("capacity: %w", err)
		}
		rate := int(capacity / 2)
		fmt.Printf("capacity %.0f events/s; now %d events/s for %s\n", capacity, rate, lasting)
		samples, err := k.steadily(ctx, rate, lasting)
		if err != nil {
			return err
		}
		return k.report(capacity, rate, lasting, samples, docs)
	})
}

// soaking is a soak under way.
type soaking struct {
	client
	redis string

	mu      sync.Mutex // of the company
	company *company

	sent  int
	posts times
	failures
}

func (k *soaking) batch(events int) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sent += events
	return k.company.events(events, time.Now())
}

// capacity is how many events a second are in the answers, if they are sent as fast as they are taken.
func (k *soaking) capacity(ctx context.Context) (perSecond float64, err error) {
	if err := k.flatOut(ctx, warming); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := k.flatOut(ctx, flatOut); err != nil {
		return 0, err
	}
	return flatOut / time.Since(began).Seconds(), nil
}

// flatOut sends events as fast as they are taken, and waits until they are in the answers.
func (k *soaking) flatOut(ctx context.Context, events int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var posting sync.WaitGroup
	for range posters {
		posting.Go(func() {
			for range events / flatBatch / posters {
				if _, err := k.mustPost(ctx, k.batch(flatBatch), flatBatch); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	posting.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	position, err := k.mustPost(ctx, k.batch(1), 1)
	if err != nil {
		return err
	}
	return k.caughtUp(ctx, position)
}

// steadily sends at a rate for a while, asks meanwhile, and takes samples.
func (k *soaking) steadily(ctx context.Context, rate int, lasting time.Duration) (samples []sample, err error) {
	sending, cancel := context.WithTimeout(ctx, lasting)
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() {
		each(sending, time.Second/beats, func(due time.Time) {
			_, err := k.mustPost(ctx, k.batch(rate/beats), rate/beats)
			k.posts.add(time.Since(due))
			k.note(err)
		})
	})
	running.Go(func() {
		next := 0
		each(sending, asking, func(time.Time) {
			k.mu.Lock()
			next++
			question := questions[next%len(questions)]
			k.mu.Unlock()
			k.note(k.ask(ctx, question))
		})
	})
	began := time.Now()
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		s, err := look(ctx, k.Services, k.redis, time.Since(began))
		if err != nil {
			return nil, err
		}
		samples = append(samples, s)
		select {
		case <-tick.C:
		case <-sending.Done():
			return samples, ctx.Err()
		}
	}
}

// report says what came of it, and draws it.
func (k *soaking) report(capacity float64, rate int, lasting time.Duration, samples []sample, docs string) error {
	r := &report{}
	first, last := samples[0], samples[len(samples)-1]
	half := samples[len(samples)/2:]
	r.line("capacity: %.0f events a second, sent in batches of %d until %d of them were in the answers", capacity, flatBatch, flatOut)
	r.line("soak: %d events a second for %s, %d events in all; %d samples; p50 and p99 of a post %s, %s",
		rate, lasting, k.sent, len(samples), shown(k.posts.percentile(50)), shown(k.posts.percentile(99)))
	for i, name := range serviceNames {
		r.flat(half, residentAt+i, "resident memory of the "+name, "MiB", flatMebibytes)
		r.flat(half, goroutinesAt+i, "goroutines of the "+name, "", flatGoroutines)
	}
	grown := last.values[redisAt] - first.values[redisAt]
	r.line("Redis went from %.0f to %.0f MiB, %.0f bytes an event: it is the state, and keeps every deal that ever was",
		first.values[redisAt], last.values[redisAt], grown*mebibyte/(float64(rate)*lasting.Seconds()))
	lag, _ := trend(half, lagAt)
	r.verdict(lag <= mostLag*float64(rate), "in the last half %.0f events waited in the log on average (at most %d)", lag, mostLag*rate)
	r.verdict(k.count == 0 && last.refused == 0, "%d posts and questions failed, %.0f events were passed over", k.count, last.refused)
	if docs != "" {
		if err := writeCSV(filepath.Join(docs, "soak.csv"), samples); err != nil {
			return err
		}
		if err := writeChart(filepath.Join(docs, "soak.svg"), samples); err != nil {
			return err
		}
	}
	if err := r.into(docs, "soak"); err != nil {
		return err
	}
	return r.err()
}

// flat says whether a column stays as it is: whether the line that fits it rises by no more than a part of its mean, or
// than so much.
func (r *report) flat(samples []sample, column int, name, unit string, least float64) {
	mean, rise := trend(samples, column)
	most := max(flatPart*mean, least)
	r.verdict(rise <= most, "%s: %.0f %s on average of the last half, in which it rises by %.1f (at most %.1f)", name, mean, unit, rise, most)
}
