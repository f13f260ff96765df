package engine_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/publish"
)

// TestWhatIsPublishedLastIsWhatTheStateSaysUnderRandomFaults holds also that the cells are what the log says,
// ticks or not, and that the clock of the partition goes on. WEIR_SEED=n runs one of the simulations again.
func TestWhatIsPublishedLastIsWhatTheStateSaysUnderRandomFaults(t *testing.T) {
	simulate(t, 60, published)
}

func published(t *testing.T, seed uint64) (*simulation, error) {
	d := newDesk(t, newBench(t, 0))
	s := newSimulation(t, seed, d.bench, d.machine)
	s.next, s.alone = s.event, seed%2 == 0
	s.pace, s.late, s.pause = 12*time.Hour, 20*24*time.Hour, 2*time.Second
	s.pass = func() { d.calendar.leap(time.Duration(s.rng.Int64N(int64(4 * time.Hour)))) }
	s.relay = func(p *process, l *link, owner engine.Owner) *engine.Relay {
		r := d.relay(owner, outbox{l})
		r.Output, r.Events = topic{l, r.Output}, topic{l, r.Events}
		r.Now = func() time.Time { return d.calendar.now().Add(time.Duration(p.skew.Load())) }
		return r
	}
	err := errors.Join(s.run(), d.quiet(), s.stopAll(), d.published(), s.audited(d.layouts))
	if s.alone { // the last words of an owner that another came before are not heard by that one
		err = errors.Join(err, d.corrected())
	}
	return s, err
}

func TestTheOwnerWritesOneTickAnHourAndOneADayForThoseThatItMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it begins at 2026-01-10T00:00:00Z
		d := newDesk(t, newBench(t, 0))
		first := d.own()
		wait(150 * time.Minute)
		if err := first(); err != nil {
			t.Fatal(err)
		}
		wait(3 * 24 * time.Hour)
		second := d.own()
		wait(time.Minute)
		if err := second(); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"2026-01-10T00:00:00Z", "2026-01-10T01:00:00Z", "2026-01-10T02:00:00Z",
			"2026-01-11T02:00:00Z", "2026-01-12T02:00:00Z", "2026-01-13T02:00:00Z",
		}
		if got := (ownLog{d.log, d.calendar}).ticks(); !slices.Equal(got, want) {
			t.Errorf("ticks %v, want %v", got, want)
		}
	})
}

func TestAClockThatWasAheadAndIsMendedTicksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, newBench(t, 0))
		var ahead atomic.Int64
		d.now = func() time.Time { return d.calendar.now().Add(time.Duration(ahead.Load())) }
		stop := d.own()
		wait(time.Minute)
		ahead.Store(int64(30 * 24 * time.Hour))
		wait(time.Minute)
		ahead.Store(0)
		wait(2 * time.Hour)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		hour, err := publish.LastTick([]byte(d.store.Now().rows[publish.ClockRef]))
		if got := event.FormatInstant(hour); err != nil || got != "2026-01-10T02:00:00Z" {
			t.Errorf("the last tick is of %s, %v; ticks %v", got, err, (ownLog{d.log, d.calendar}).ticks())
		}
	})
}

func TestNothingIsWrittenWithoutAClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, newBench(t, 0))
		idle := d.runner(d.machine()) // it never runs
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			d.relay(idle, d.store).Run(ctx)
			close(ended)
		}()
		wait(3 * time.Hour)
		cancel()
		<-ended
		if n := len(d.output.records) + len(d.log.records); n > 0 {
			t.Errorf("%d records", n)
		}
	})
}

func TestWhatFailsIsLoggedOnceAndSentWhenItPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, newBench(t, 0))
		d.output.fails = &chance{rng: rand.New(rand.NewPCG(1, 1)), of: 1}
		stop := d.own()
		wait(10 * time.Minute)
		if n := len(d.output.records); n > 0 {
			t.Errorf("%d records were sent", n)
		}
		d.output.fails.stop()
		if err := errors.Join(d.quiet(), stop(), d.published()); err != nil {
			t.Error(err)
		}
	})
}
