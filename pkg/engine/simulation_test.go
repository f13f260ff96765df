package engine_test

import (
	"context"
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

// seeds are the simulations to run: the first 300, or as many as WEIR_SEEDS says from a random one on, or the one
// that WEIR_SEED names.
func seeds(t *testing.T) []uint64 {
	first, count := uint64(1), uint64(300)
	if _, some := os.LookupEnv("WEIR_SEEDS"); some {
		first, count = rand.Uint64N(1<<53), environment(t, "WEIR_SEEDS")
		t.Logf("seeds %d to %d", first, first+count-1)
	}
	if _, one := os.LookupEnv("WEIR_SEED"); one {
		first, count = environment(t, "WEIR_SEED"), 1
	}
	var all []uint64
	for i := range count {
		all = append(all, first+i)
	}
	return all
}

func environment(t *testing.T, name string) uint64 {
	n, err := strconv.ParseUint(os.Getenv(name), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestNothingIsLostOrCountedTwiceUnderRandomFaults simulates partitions whose log, store, network and
// dead letters fail at random, whose store stands still now and then or loses commits, and whose owners come
// and go: some by themselves, some as members of a group that takes its share away and gives it back.
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
	members []*membership
}

// membership is a member of a group, and the share that it has.
type membership struct {
	owner
	shares chan engine.Share
	revoke context.CancelFunc
}

// join starts a member of the group.
func (s *simulation) join() {
	m := &membership{shares: make(chan engine.Share, 1), revoke: func() {}}
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	p := engine.Pool{
		Members: shares(m.shares), Logger: s.runner(nil).Logger,
		Runner: func(int) *engine.Runner { return s.runner(s.machine()) },
	}
	go func() { ended <- p.Run(ctx) }()
	m.owner = owner{func() error { m.revoke(); cancel(); return <-ended }}
	s.members = append(s.members, m)
	s.assign(m)
}

// assign gives the partition to a member, and does not care who else believes that it has it.
func (s *simulation) assign(m *membership) {
	m.revoke()
	granted, revoke := context.WithCancel(s.t.Context())
	m.revoke = revoke
	share := engine.Share{Partitions: []int{0}, Shared: true, Run: func(f func(context.Context)) { go f(granted) }}
	select {
	case m.shares <- share:
	default: // it has not taken the one before
	}
}

type owner struct {
	stop func() error
}

func newSimulation(t *testing.T, seed uint64, b *bench, machine func() engine.Machine) *simulation {
	s := &simulation{bench: b, rng: rand.New(rand.NewPCG(seed, 7)), machine: machine, pace: 2 * time.Hour, late: 24 * time.Hour}
	b.t, s.seed = t, seed
	b.log.batch, b.log.fails = 1+s.rng.IntN(10), s.often(1)
	b.store.refuse, b.store.lose, b.store.fails, b.letters.fails = s.often(2), s.often(3), s.often(4), s.often(5)
	b.store.slow = s.often(6)
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
		switch s.rng.IntN(14) {
		case 3:
			if s.begin == nil { // members here have no relay
				s.join()
			}
		case 4:
			if n := len(s.members); n > 0 {
				s.assign(s.members[s.rng.IntN(n)])
			}
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
	for _, c := range []*chance{s.log.fails, s.store.refuse, s.store.lose, s.store.slow, s.store.fails, s.letters.fails} {
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
	for _, m := range s.members {
		errs = append(errs, m.stop())
	}
	for _, o := range s.owners {
		if err := o.stop(); err != nil && !isFenced(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
