package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/test/bench/machine"
	"weir.dev/weir/test/bench/services"
	"weir.dev/weir/test/bench/workload"
)

const (
	servedEvents = 200_000 // at most
	postedBatch  = 100
	posters      = 4
	askEvery     = 50 * time.Millisecond
)

// questions are asked in turn while events come in.
var questions = []string{
	"/v1/metrics/win_rate?window=2026-Q1&by=owner",
	"/v1/metrics/open_pipeline?window=2026-04&by=stage",
	"/v1/metrics/activities?window=2026-04&step=day",
	"/v1/metrics/stage_conversion_rate?window=2026-Q1",
	"/v1/metrics/median_deal_size?window=2026-Q2&by=team",
	"/v1/metrics/deals_created?window=2026-Q1&by=segment",
	"/v1/pipeline/flow?window=2026-Q2",
	"/v1/deals?status=open&limit=50",
}

// services measures the three services as processes: events come in over HTTP in batches, while the
// aggregator drains them and questions are asked. Their topics and keys have fixed names, so it needs
// parts that hold none yet.
func (b *bench) services(ctx context.Context) (err error) {
	fmt.Println("\nthe services")
	bin := os.Getenv("WEIR_BIN")
	if bin == "" {
		line("not measured", "WEIR_BIN names no folder with the programs")
		return nil
	}
	taken, err := services.HoldsLog(ctx, b.kafka)
	if err != nil {
		return err
	}
	if taken {
		line("not measured", "the log %s exists, and is not this run's", eventlog.Events)
		return nil
	}
	defer func() { err = errors.Join(err, services.RemoveAll(b.kafka, b.redis)) }()
	running, err := services.Start(ctx, services.Options{
		Bin: bin, Dir: b.dir, Kafka: b.kafka, Redis: b.redis, Config: servedConfiguration(),
	})
	defer func() { err = errors.Join(err, running.Stop()) }()
	if err != nil {
		return err
	}
	s := &serving{bench: b, ingestor: running.Ingestor, query: running.Query}
	return s.measure(ctx)
}

// serving is the services while they run.
type serving struct {
	bench    *bench
	ingestor string
	query    string
}

// servedConfiguration declares the one tenant that needs no key, with the stages of the workload.
func servedConfiguration() string {
	return fmt.Sprintf("partitions: %d\ntenants:\n%s", partitions, declared("default"))
}

func (s *serving) measure(ctx context.Context) error {
	events := s.bench.work.Events[:min(servedEvents, len(s.bench.work.Events))]
	before, err := machine.OfListener(s.ingestor)
	if err != nil {
		return err
	}
	asking, stopAsking := context.WithCancel(ctx)
	defer stopAsking()
	answered := make(chan asked, 1)
	go func() { answered <- s.ask(asking) }()
	start := time.Now()
	posted, err := s.post(ctx, events)
	if err != nil {
		return err
	}
	took := time.Since(start)
	after, err := machine.OfListener(s.ingestor)
	if err != nil {
		return err
	}
	if err := s.caughtUp(ctx, posted.position); err != nil {
		return err
	}
	drained := time.Since(start)
	stopAsking()
	answers := <-answered
	n := int64(len(events))
	line("ingest in batches of 100", "%s events/s, request %s", grouped(int64(per(n, took))), quantiles(posted.times))
	line("events per ingestor CPU second", "%s", grouped(int64(per(n, after.CPU-before.CPU))))
	line("applied", "%s events/s", grouped(int64(per(n, drained))))
	s.bench.right("queries meanwhile", "%d, %d refused, %s", answers.failed, len(answers.times), answers.failed, quantiles(answers.times))
	return nil
}

// posted is how posting went.
type posted struct {
	times    []time.Duration // of the requests
	position string          // of the last event
}

// post sends events in batches over several connections.
func (s *serving) post(ctx context.Context, events []workload.Event) (posted, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		all     posted
		mu      sync.Mutex
		running sync.WaitGroup
		next    atomic.Int64
	)
	for range posters {
		running.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(postedBatch)) - postedBatch
				if from >= len(events) {
					return
				}
				took, position, err := s.postBatch(ctx, events[from:min(from+postedBatch, len(events))])
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				all.times = append(all.times, took)
				all.position = position
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return all, context.Cause(ctx)
}

func (s *serving) postBatch(ctx context.Context, events []workload.Event) (took time.Duration, position string, err error) {
	batch := make([][]byte, len(events))
	for i := range events {
		batch[i] = s.bench.work.Structured(&events[i])
	}
	body := slices.Concat([]byte("["), bytes.Join(batch, []byte(",")), []byte("]"))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.ingestor+"/v1/events", bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/cloudevents-batch+json")
	start := time.Now()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	took = time.Since(start)
	var result struct {
		Accepted int
		Position string
	}
	if err == nil {
		err = json.Unmarshal(said, &result)
	}
	if err != nil || result.Accepted != len(events) {
		return 0, "", errors.Join(err, fmt.Errorf("post: status %d: %.500s", answer.StatusCode, said))
	}
	return took, result.Position, nil
}

// caughtUp waits until what stands at a position is in the answers.
func (s *serving) caughtUp(ctx context.Context, position string) error {
	ctx, cancel := context.WithTimeout(ctx, sameJobTimeout)
	defer cancel()
	for {
		status, said, err := services.Get(ctx, "http://"+s.query+questions[0]+"&after="+position, "")
		switch {
		case err != nil:
			return err
		case status == http.StatusOK:
			return nil
		case status != http.StatusServiceUnavailable:
			return fmt.Errorf("query: status %d: %.500s", status, said)
		}
	}
}

// asked is how asking went.
type asked struct {
	times  []time.Duration
	failed int
}

// ask asks the questions in turn until ctx ends. What is asked before anything was applied does not count.
func (s *serving) ask(ctx context.Context) asked {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	var all asked
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return all
		case <-tick.C:
		}
		start := time.Now()
		status, said, err := services.Get(ctx, "http://"+s.query+questions[i%len(questions)], "")
		switch {
		case err != nil && ctx.Err() != nil:
		case err == nil && status == http.StatusOK:
			all.times = append(all.times, time.Since(start))
		case len(all.times) > 0:
			all.failed++
			s.bench.logger.Warn("query refused", "question", questions[i%len(questions)], "status", status, "answer", string(said), "error", err)
		}
	}
}

// quantiles are the median and the 99th percentile of times.
func quantiles(times []time.Duration) string {
	if len(times) == 0 {
		return "none timed"
	}
	slices.Sort(times)
	at := func(percent int) string {
		return times[(len(times)-1)*percent/100].Round(100 * time.Microsecond).String()
	}
	return fmt.Sprintf("p50 %s, p99 %s", at(50), at(99))
}
