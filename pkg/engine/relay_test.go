package engine_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestWhatIsPublishedLastIsWhatTheStateSaysUnderRandomFaults holds also that the cells are what the log says,
// ticks or not. WEIR_SEED=n runs one of the simulations again.
func TestWhatIsPublishedLastIsWhatTheStateSaysUnderRandomFaults(t *testing.T) {
	for _, seed := range seeds(t) {
		if len(seeds(t)) > 1 && seed%25 > 0 { // twelve are enough
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, newBench(t, 0), 5000)
			s := newSimulation(t, seed, d.bench, d.machine)
			d.output.fails, d.output.lose = s.often(6), s.often(7)
			s.next, s.begin, s.pace, s.late = s.event, d.own, 12*time.Hour, 20*24*time.Hour
			alone := seed%2 == 0
			if alone {
				s.begin = d.ownAlone()
			}
			err := s.run()
			d.output.fails.stop()
			d.output.lose.stop()
			stop := d.own()
			err = errors.Join(err, d.quiet(), stop(), d.published(), s.audited(d.layouts))
			if alone { // the last words of an owner that another came before are not heard by that one
				err = errors.Join(err, d.corrected())
			}
			if err != nil {
				t.Errorf("WEIR_SEED=%d: %v", seed, err)
			}
		})
	}
}

func TestTheOwnerWritesOneTickAnHourAndOneADayForThoseThatItMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it begins at 2026-01-10T00:00:00Z
		d := newDesk(t, newBench(t, 0), 1)
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

func TestNothingIsWrittenWithoutAClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, newBench(t, 0), 1)
		idle := d.runner(d.machine()) // it never runs
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			d.relay(idle).Run(ctx)
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
		d := newDesk(t, newBench(t, 0), 1)
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
