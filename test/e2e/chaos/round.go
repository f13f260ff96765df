package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// patience bounds whatever is waited for, where nothing else is said.
const patience = 2 * time.Minute

// round is one of a row: a new Weir on empty parts, events whose sums are known, faults, and the question whether all is
// as it must be.
type round struct {
	result

	ctx    context.Context
	choose *rand.Rand // the moments and victims
	dir    string
	parts  *parts

	store *server       // its own Redis
	redis *redis.Client // of that one
	kafka *kafka.Client
	weir  *weir
	tr    *stand.Traffic   // the last
	all   []*stand.Traffic // one after the other
	// What else was posted and acknowledged.
	extra   []posted
	repeats float64 // share of the batches that are sent again

	closers []func() error
}

func newRound(ctx context.Context, seed uint64, dir string, all *parts) *round {
	return &round{
		ctx: ctx, choose: rand.New(rand.NewPCG(seed, 1)), dir: dir, parts: all,
		repeats: 0.1, result: result{Seed: seed, Faults: map[string]int{}, Seen: map[string]int{}},
	}
}

// defers has something done at the end of the round, before what was asked for earlier.
func (r *round) defers(f func() error) { r.closers = append(r.closers, f) }

// close ends what the round started.
func (r *round) close() error {
	var errs error
	for i := len(r.closers) - 1; i >= 0; i-- {
		errs = errors.Join(errs, r.closers[i]())
	}
	return errs
}

// onBroker takes the broker that runs alone, and a new Redis.
func (r *round) onBroker() error {
	broker, err := r.parts.broker(r.ctx)
	if err != nil {
		return err
	}
	return r.on(broker.addr)
}

// on takes brokers, empties them, and starts a new Redis.
func (r *round) on(brokers string) (err error) {
	r.kafka = openKafka(brokers)
	if err := wipe(r.ctx, r.kafka); err != nil {
		return err
	}
	if r.store == nil {
		if r.store, err = r.newRedis("redis"); err != nil {
			return err
		}
	}
	r.redis = openRedis(r.store.addr)
	r.defers(func() error { return r.redis.Close() }) // whichever it is by then
	r.weir = &weir{dir: r.dir, kafka: brokers, redis: r.store.addr}
	return nil
}

// newRedis starts a Redis until the end of the round, and removes then what it wrote.
func (r *round) newRedis(name string) (*server, error) {
	dir := filepath.Join(r.parts.dir, name)
	r.defers(func() error { return os.RemoveAll(dir) })
	return r.redisIn(dir)
}

// redisIn starts one in a folder that is there for it.
func (r *round) redisIn(dir string) (*server, error) {
	s, err := start(r.ctx, "redis", dir)
	if err != nil {
		return nil, err
	}
	r.defers(func() error { return s.stop(context.Background()) })
	return s, nil
}

// begin starts Weir with some aggregators, and traffic of so many events, as long as that takes at least.
func (r *round) begin(aggregators, events int, within time.Duration) error {
	r.defers(r.weir.stop)
	if err := r.weir.start(r.ctx, aggregators); err != nil {
		return err
	}
	r.next(events, within)
	return nil
}

const (
	dealsPerBatch = 50
	eventsPerDeal = 3.23 // about
)

// next lets so many events be posted, from all tenants at once, after those that came before.
func (r *round) next(events int, within time.Duration) {
	batches, base := max(1, int(float64(events)/(dealsPerBatch*eventsPerDeal*partitions))), 0
	for _, tr := range r.all {
		base += tr.Batches
	}
	r.post(&stand.Traffic{
		Batches: batches, Pause: within / time.Duration(batches), Repeats: r.repeats,
		Batch: func(sender, number int) ([]stand.CloudEvent, stand.Tally) {
			return stand.Lives(sender, base+number, dealsPerBatch, time.Hour)
		},
	})
}

// posted is a batch that a row posted by itself.
type posted struct {
	sender   int
	position string
	events   []stand.CloudEvent
	sum      stand.Tally
}

// own notes that a batch was acknowledged.
func (r *round) own(sender int, position string, events []stand.CloudEvent, sum stand.Tally) {
	r.extra = append(r.extra, posted{sender, position, events, sum})
}

// post begins traffic, which ends with the round at the latest.
func (r *round) post(tr *stand.Traffic) {
	r.tr, r.all = tr, append(r.all, tr)
	tr.URL = func() string { return r.weir.ingestor.url("/v1/events") }
	for _, t := range tenants {
		tr.Keys = append(tr.Keys, t.key)
	}
	ctx, cancel := context.WithCancel(r.ctx)
	tr.Start(ctx, r.Seed)
	r.defers(func() error {
		cancel()
		_ = tr.Wait() // what was refused is told where it counts
		return nil
	})
}

// longest is how long faults are made at most in a round.
const longest = 10 * time.Minute

// throughout makes a fault again and again, after a random while each, as long as there is something that it can hit,
// and then settles.
func (r *round) throughout(from, to time.Duration, fault func() error) error {
	for end := time.Now().Add(longest); r.more() && time.Now().Before(end); {
		if err := r.moment(from, to); err != nil {
			return err
		}
		if err := fault(); err != nil {
			return err
		}
	}
	return r.settle()
}

// more tells whether there is still something to come or to apply.
func (r *round) more() bool {
	if _, batches := r.tr.SumOf(0); batches < r.tr.Batches {
		return true
	}
	lag, err := r.lag()
	return err != nil || lag > 0
}

// lag is how many records of the log are not in the state.
func (r *round) lag() (n int64, err error) {
	at, err := standings(r.ctx, r.redis)
	if err != nil {
		return 0, err
	}
	end, err := ends(r.ctx, r.kafka)
	for p := range end {
		n += max(0, end[p]-at[p].offset)
	}
	return n, err
}

// moment waits for a random while, at least from and less than to.
func (r *round) moment(from, to time.Duration) error {
	return pause(r.ctx, from+time.Duration(r.choose.Int64N(int64(to-from))))
}

// inject counts a fault.
func (r *round) inject(kind string) { r.Faults[kind]++ }

// promptly is how soon after a fault all is to go on.
const promptly = 10 * time.Second

// recovered waits until each partition that had something to apply has committed, and notes how long that took.
func (r *round) recovered(since time.Time) error {
	before, err := standings(r.ctx, r.redis)
	if err != nil {
		return err
	}
	err = stand.Eventually(r.ctx, patience, "commits of every partition", func() error {
		at, err := standings(r.ctx, r.redis)
		if err != nil {
			return err
		}
		end, err := ends(r.ctx, r.kafka)
		if err != nil {
			return err
		}
		for p := range at {
			if at[p].offset <= before[p].offset && at[p].offset < end[p] {
				return fmt.Errorf("partition %d stays at offset %d of %d", p, at[p].offset, end[p])
			}
		}
		return nil
	})
	took := time.Since(since)
	if took > promptly {
		r.Seen["recoveries that took more than 10 s"]++
	}
	r.Recovery = max(r.Recovery, took.Seconds())
	return err
}
