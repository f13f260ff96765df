package engine_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
)

// running starts an owner, which the function that is returned ends.
func running(t testing.TB, r *engine.Runner) (ended <-chan error, stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	return done, func() error {
		cancel()
		return <-done
	}
}

// end is how an owner ended, which it must within an hour of the bubble's time.
func end(t testing.TB, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(time.Hour):
		t.Fatal("the owner goes on")
		return nil
	}
}

// settled waits, in the bubble's time, until the store stands at the end of the log.
func (b *bench) settled() {
	b.t.Helper()
	for range 10_000 {
		if b.store.Now().meta.Offset == b.log.End() {
			return
		}
		wait(100 * time.Millisecond)
	}
	b.t.Fatalf("the store stands at %d, the log at %d", b.store.Now().meta.Offset, b.log.End())
}

// wait lets the bubble's time pass.
func wait(d time.Duration) {
	synctest.Wait()
	<-time.After(d)
	synctest.Wait()
}

func TestAnOwnerAppliesEveryRecordOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 100)
		_, stop := running(t, b.runner(newCounter()))
		b.settled()
		b.log.append(number("late", "5"), 0)
		b.log.append(number("late", "6"), 3) // behind offsets that are not there
		b.settled()
		if err := stop(); err != nil {
			t.Error(err)
		}
		if err := b.holds(); err != nil {
			t.Error(err)
		}
		m := b.store.Now().meta
		if m.Offset != 105 || m.LastOffset != 104 || m.Watermark != 104 || m.Epoch != 1 || m.AppliedAt == 0 {
			t.Errorf("meta is %+v", m)
		}
	})
}

func TestANewOwnerGoesOnWhereTheLastOneStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 20)
		for range 3 {
			_, stop := running(t, b.runner(newCounter()))
			b.settled()
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			b.log.append(number("key0", "1000"), 0)
		}
		_, stop := running(t, b.runner(newCounter()))
		b.settled()
		if err := errors.Join(stop(), b.holds()); err != nil {
			t.Error(err)
		}
	})
}

// once hits the n-th time only.
func once(n int) *chance {
	return &chance{rng: rand.New(&nth{n: n}), of: 0.5}
}

// nth is a source whose n-th number is small, and all others large.
type nth struct{ n int }

func (s *nth) Uint64() uint64 {
	if s.n--; s.n == 0 {
		return 0
	}
	return 1<<64 - 1
}

func TestFaultsOfTheStoreAndTheLogNeitherLoseNorDouble(t *testing.T) {
	for name, fault := range map[string]func(*bench, *chance){
		"the reply of a commit is lost after it was made": func(b *bench, c *chance) { b.store.lose = c },
		"a commit is refused before it was made":          func(b *bench, c *chance) { b.store.refuse = c },
		"a read or a claim fails":                         func(b *bench, c *chance) { b.store.fails = c },
		"a fetch fails":                                   func(b *bench, c *chance) { b.log.fails = c },
		"a dead letter cannot be kept":                    func(b *bench, c *chance) { b.letters.fails = c },
	} {
		t.Run(name, func(t *testing.T) {
			for n := 1; n <= 12; n++ {
				synctest.Test(t, func(t *testing.T) {
					b := newBench(t, 30)
					for _, junk := range []string{"junk", "2", "more junk", "3"} {
						b.log.append(number("late", junk), 0)
					}
					fault(b, once(n))
					_, stop := running(t, b.runner(newCounter()))
					b.settled()
					if err := errors.Join(stop(), b.holds()); err != nil {
						t.Errorf("fault %d: %v", n, err)
					}
				})
			}
		})
	}
}

func TestAStoreThatLosesItsLastCommitsIsHealedFromTheLog(t *testing.T) {
	for lost := 1; lost <= 12; lost++ { // the last commits, the claim, everything
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, 60)
			_, stop := running(t, b.runner(newCounter()))
			b.settled()
			b.store.forget(lost)
			b.log.append(number("key1", "7"), 0)
			b.settled()
			if err := errors.Join(stop(), b.holds()); err != nil || b.store.Now().meta.Epoch != 1 {
				t.Errorf("%d lost: %v, epoch %d", lost, err, b.store.Now().meta.Epoch)
			}
		})
	}
}

func TestASecondOwnerFencesTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 30)
		first, _ := running(t, b.runner(newCounter()))
		b.settled()
		_, stop := running(t, b.runner(newCounter()))
		wait(time.Second)
		b.log.append(number("key1", "7"), 0)
		b.settled()
		if err := end(t, first); !errors.Is(err, engine.ErrFenced) || engine.Alarm(err) != "fenced" {
			t.Errorf("the first ended with %v", err)
		}
		if err := errors.Join(stop(), b.holds()); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOffsetThatMovedIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 30)
		_, stop := running(t, b.runner(newCounter()))
		b.settled()
		b.log.append(number("key1", "7"), 0)
		b.store.mu.Lock() // somebody of the same epoch was quicker
		was := b.store.now()
		next := snapshot{was.meta, maps.Clone(was.rows)}
		next.meta.Offset, next.meta.LastOffset, next.meta.LastSum = 0, -1, 0
		next.rows = map[state.Ref]string{}
		b.store.history = append(b.store.history, next)
		b.store.mu.Unlock()
		b.settled()
		if err := errors.Join(stop(), b.holds()); err != nil {
			t.Error(err)
		}
	})
}

// TestWhatWouldMakeNumbersWrongStopsThePartition also names the alarm that people look up.
func TestWhatWouldMakeNumbersWrongStopsThePartition(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench)
		want   error
		alarm  string
	}{
		"the log was truncated": {func(b *bench) { b.log.records = b.log.records[:10] }, engine.ErrLogChanged, "log_changed"},
		"the log was made anew": {func(b *bench) {
			b.log.records = nil
			for range 40 {
				b.log.append(number("key1", "1"), 0)
			}
		}, engine.ErrLogChanged, "log_changed"},
		"the last record has another header": {func(b *bench) {
			b.log.records[29].Headers[0].Value = []byte("x")
		}, engine.ErrLogChanged, "log_changed"},
		"the log's start has passed the last record": {func(b *bench) {
			b.log.records, b.log.first = b.log.records[30:], 30
		}, engine.ErrTrimmed, "offset_below_log_start"},
		"the store is corrupt":      {func(b *bench) { b.store.broken = engine.ErrCorrupt }, engine.ErrCorrupt, "state_corrupt"},
		"the definition is another": {func(b *bench) { b.store.broken = engine.ErrDefinition }, engine.ErrDefinition, "definition_changed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, 30)
				_, stop := running(t, b.runner(newCounter()))
				b.settled()
				if err := stop(); err != nil {
					t.Fatal(err)
				}
				c.change(b)
				ended, _ := running(t, b.runner(newCounter()))
				if err := end(t, ended); !errors.Is(err, c.want) || engine.Alarm(err) != c.alarm {
					t.Errorf("ended with %v, alarm %s", err, engine.Alarm(err))
				}
			})
		})
	}
}

// newLeader is a log whose leader does not know yet that the others have the last record too.
type newLeader struct {
	engine.Log
	mu      sync.Mutex
	fetches int // until it does
}

func (l *newLeader) Fetch(ctx context.Context, partition int, offset int64) (engine.Batch, error) {
	b, err := l.Log.Fetch(ctx, partition, offset)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fetches--; l.fetches >= 0 && err == nil {
		b.End--
		b.Records = b.Records[:max(0, len(b.Records)-1)]
	}
	return b, err
}

func TestALeaderThatDoesNotShowTheLastRecordYetIsAskedAgain(t *testing.T) {
	for fetches, want := range map[int]error{5: nil, 1 << 30: engine.ErrLogChanged} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, 1)
			_, stop := running(t, b.runner(newCounter()))
			b.settled()
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			r := b.runner(newCounter())
			r.Log = &newLeader{Log: b.log, fetches: fetches}
			ended, stop := running(t, r)
			wait(time.Minute)
			if got := len(ended) > 0; got != (want != nil) {
				t.Fatalf("after %d fetches it has ended: %v", fetches, got)
			}
			if err := stop(); !errors.Is(err, want) {
				t.Errorf("after %d fetches it ended with %v, want %v", fetches, err, want)
			}
		})
	}
}

func TestALogThatIsCutWhileItIsReadStopsThePartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 30)
		ended, _ := running(t, b.runner(newCounter()))
		b.settled()
		b.log.mu.Lock()
		b.log.records = b.log.records[:10]
		b.log.mu.Unlock()
		if err := end(t, ended); !errors.Is(err, engine.ErrLogChanged) || engine.Alarm(err) != "log_changed" {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestABrokenMachineStopsThePartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 30)
		m := newCounter()
		m.wrong = errMachine
		ended, _ := running(t, b.runner(m))
		if err := end(t, ended); !errors.Is(err, engine.ErrStep) || !errors.Is(err, errMachine) || engine.Alarm(err) != "step_failed" {
			t.Errorf("ended with %v", err)
		}
		if m.begun != 1 || b.store.commits > 0 {
			t.Errorf("tried %d times, %d commits", m.begun, b.store.commits)
		}
	})
}

func TestThePoolGoesOnWithoutAPartitionThatStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good, bad := newBench(t, 30), newBench(t, 30)
		bad.store.broken = engine.ErrCorrupt
		var mu sync.Mutex
		stopped := map[int]string{}
		p := engine.Pool{
			Members: engine.All(2), Logger: good.runner(nil).Logger,
			Runner: func(partition int) *engine.Runner { return []*bench{good, bad}[partition].runner(newCounter()) },
			Stopped: func(partition int, alarm string, _ error) {
				mu.Lock()
				defer mu.Unlock()
				stopped[partition] = alarm
			},
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		good.settled()
		cancel()
		if err := <-done; err != nil || !maps.Equal(stopped, map[int]string{1: "state_corrupt"}) {
			t.Errorf("ended with %v, stopped %v", err, stopped)
		}
		good.store.broken = engine.ErrDefinition
		if err := p.Run(t.Context()); !errors.Is(err, engine.ErrStopped) {
			t.Errorf("with all stopped: %v", err)
		}
	})
}

// shares hands out shares one after the other.
type shares chan engine.Share

func (s shares) Next(ctx context.Context) (engine.Share, error) {
	select {
	case share := <-s:
		return share, nil
	case <-ctx.Done():
		return engine.Share{}, ctx.Err()
	}
}

func TestAMemberThatIsFencedGivesBackItsShareAndGoesOnWithTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 30)
		members := make(shares, 2)
		granted, endShare := context.WithCancel(t.Context())
		ended := make(chan struct{})
		members <- engine.Share{Partitions: []int{0}, Shared: true, Run: func(f func(context.Context)) {
			go func() { f(granted); close(ended) }()
		}}
		p := engine.Pool{
			Members: members, Logger: b.runner(nil).Logger,
			Runner:  func(int) *engine.Runner { return b.runner(newCounter()) },
			Stopped: func(_ int, alarm string, _ error) { t.Errorf("stopped with %s", alarm) },
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		b.settled()
		if _, err := b.store.Claim(ctx, 0); err != nil { // by somebody else
			t.Fatal(err)
		}
		<-ended
		endShare()
		b.log.append(b.log.records[0], 0)
		members <- engine.Share{Partitions: []int{0}, Shared: true, Run: func(f func(context.Context)) { go f(ctx) }}
		b.settled()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
