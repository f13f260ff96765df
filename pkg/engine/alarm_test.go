package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
)

// watcher notes the alarms of a partition, in order.
type watcher struct {
	mu     sync.Mutex
	alarms []string
}

func (w *watcher) Committed(int, int, int, time.Duration) {}
func (w *watcher) Lag(int, int64)                         {}
func (w *watcher) Refused(int, state.Refused)             {}

func (w *watcher) Held(_ int, alarm string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alarms = append(w.alarms, alarm)
}

func (w *watcher) seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.alarms)
}

func TestAPartitionWaitsUnderItsAlarmAndGoesOnByItself(t *testing.T) {
	for name, c := range map[string]struct {
		fail, mend func(*bench)
		alarm      string
	}{
		"the store has no memory left": {
			func(b *bench) { b.store.fill(fmt.Errorf("commit: %w", engine.ErrStoreMemory)) },
			func(b *bench) { b.store.fill(nil) }, "store_out_of_memory",
		},
		"the store's disk is full": {
			func(b *bench) { b.store.fill(fmt.Errorf("commit: %w", engine.ErrStoreDisk)) },
			func(b *bench) { b.store.fill(nil) }, "store_disk_error",
		},
		"the store is away": {
			func(b *bench) { b.store.fill(errNetwork) },
			func(b *bench) { b.store.fill(nil) }, "store_unavailable",
		},
		"the log is away": {
			func(b *bench) { b.log.breakOff(errNetwork) },
			func(b *bench) { b.log.breakOff(nil) }, "log_unavailable",
		},
		"the log's disk is full": {
			func(b *bench) { b.log.breakOff(engine.ErrLogDisk) },
			func(b *bench) { b.log.breakOff(nil) }, "log_disk_error",
		},
		"a batch of the log is damaged": {
			func(b *bench) { b.log.breakOff(engine.ErrLogDamaged) },
			func(b *bench) { b.log.breakOff(nil) }, "log_damaged",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, w := newBench(t, 30), &watcher{}
				r := b.runner(newCounter())
				r.Observer = w
				_, stop := running(t, r)
				b.settled()
				c.fail(b)
				for _, text := range []string{"junk", "5"} {
					b.log.append(number("late", text), 0)
				}
				before := b.store.Now().meta
				wait(time.Hour)
				if got := b.store.Now().meta; got != before || !slices.Equal(w.seen(), []string{c.alarm}) {
					t.Errorf("meanwhile: offset %d, not %d; alarms %q, want %q", got.Offset, before.Offset, w.seen(), c.alarm)
				}
				c.mend(b)
				b.settled()
				if err := errors.Join(stop(), b.holds()); err != nil {
					t.Error(err)
				}
				if !slices.Equal(w.seen(), []string{c.alarm, ""}) || len(b.letters.of) != 1 {
					t.Errorf("alarms %q; dead letters of %v, want one", w.seen(), b.letters.of)
				}
			})
		})
	}
}

func TestWhoIsToldToEndWhileItWaitsTakesItsAlarmWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w := newBench(t, 30), &watcher{}
		b.store.fill(engine.ErrStoreMemory)
		r := b.runner(newCounter())
		r.Observer = w
		_, stop := running(t, r)
		wait(time.Minute)
		if err := stop(); err != nil || !slices.Equal(w.seen(), []string{"store_out_of_memory", ""}) {
			t.Errorf("%v, alarms %q", err, w.seen())
		}
	})
}
