package engine_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/engine"
)

// seeds are the simulations to run: 300, or the one that WEIR_SEED names.
func seeds(t *testing.T) []uint64 {
	if s := os.Getenv("WEIR_SEED"); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatalf("WEIR_SEED: %v", err)
		}
		return []uint64{seed}
	}
	var all []uint64
	for seed := range uint64(300) {
		all = append(all, seed+1)
	}
	return all
}

// TestNothingIsLostOrCountedTwiceUnderRandomFaults simulates partitions whose log, store, network and
// dead letters fail at random, whose store loses commits, and whose owners come and go.
// WEIR_SEED=n go test -run RandomFaults ./pkg/engine runs one of them again.
func TestNothingIsLostOrCountedTwiceUnderRandomFaults(t *testing.T) {
	for _, seed := range seeds(t) {
		synctest.Test(t, func(t *testing.T) {
			s := newSimulation(t, seed, newBench(t, 0), func() engine.Machine { return newCounter() })
			s.next = s.number
			if err := errors.Join(s.run(), s.holds()); err != nil {
				t.Errorf("WEIR_SEED=%d: %v", seed, err)
			}
		})
	}
}

// simulation is a partition to which things happen.
type simulation struct {
	*bench
	seed    uint64
	rng     *rand.Rand
	machine func() engine.Machine
	next    func()                     // appends the next record
	begin   func() (stop func() error) // starts an owner; nil: one without a relay
	owners  []owner
	pace    time.Duration // between two events of the step
	late    time.Duration // they arrive up to four times as late
	arrived int64         // the latest arrival
}

type owner struct {
	stop func() error
}

func newSimulation(t *testing.T, seed uint64, b *bench, machine func() engine.Machine) *simulation {
	s := &simulation{bench: b, rng: rand.New(rand.NewPCG(seed, 7)), machine: machine, pace: 2 * time.Hour, late: 24 * time.Hour}
	b.t, s.seed = t, seed
	b.log.batch, b.log.fails = 1+s.rng.IntN(10), s.often(1)
	b.store.refuse, b.store.lose, b.store.fails, b.letters.fails = s.often(2), s.often(3), s.often(4), s.often(5)
	return s
}

// often is a fault that happens to the simulation more or less often.
func (s *simulation) often(salt uint64) *chance {
	return &chance{rng: rand.New(rand.NewPCG(s.seed, salt)), of: s.rng.Float64() * 0.3}
}

// number appends a record of the counter; one in ten is no number.
func (s *simulation) number() {
	value := strconv.Itoa(s.rng.IntN(100))
	if s.rng.IntN(10) == 0 {
		value = "junk"
	}
	s.log.append(number([]string{"key0", "key1", "late"}[s.rng.IntN(3)], value), int64(s.rng.IntN(2)*s.rng.IntN(3)))
}

// isFenced reports whether an owner, or the pool that it was in, ended because another came.
func isFenced(err error) bool {
	return errors.Is(err, engine.ErrFenced) || errors.Is(err, engine.ErrStopped)
}

// own starts an owner.
func (s *simulation) own() {
	if s.begin != nil {
		s.owners = append(s.owners, owner{s.begin()})
		return
	}
	_, stop := running(s.t, s.runner(s.machine()))
	s.owners = append(s.owners, owner{stop})
}

// run lets things happen, then ends the faults and waits until all that is in the log is applied. Owners
// may end only because they were fenced.
func (s *simulation) run() error {
	s.own()
	for range 40 {
		for range s.rng.IntN(6) {
			s.next()
		}
		switch s.rng.IntN(12) {
		case 0:
			s.own() // the others are fenced, or fence it
		case 1:
			s.store.forget(1 + s.rng.IntN(5))
		case 2:
			if last := len(s.owners) - 1; last >= 0 {
				err := s.owners[last].stop()
				s.owners = s.owners[:last]
				if err != nil && !isFenced(err) {
					return err
				}
			}
		}
		wait(time.Duration(s.rng.IntN(400)) * time.Millisecond)
	}
	for _, c := range []*chance{s.log.fails, s.store.refuse, s.store.lose, s.store.fails, s.letters.fails} {
		c.stop()
	}
	s.own()
	for n := 0; s.store.Now().meta.Offset != s.log.End(); n++ {
		if n > 1000 {
			return fmt.Errorf("the store stays at %d, the log ends at %d", s.store.Now().meta.Offset, s.log.End())
		}
		wait(100 * time.Millisecond)
	}
	var errs []error
	for _, o := range s.owners {
		if err := o.stop(); err != nil && !isFenced(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
