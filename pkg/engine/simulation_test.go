package engine_test

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/engine"
)

// fault is a kind of thing that goes wrong.
type fault int

const (
	unsent  fault = iota // what is asked for does not get there
	unheard              // … is done, and the reply gets lost
	slow                 // a message travels for seconds
	behind               // a leader of the log does not show its last records yet
	strayed              // records that were given up come behind those that were sent later
	stale                // an owner is refused, since another came or the store went back
	divided              // a process asks the former primary
	lost                 // the store loses its last commits and claims
	failed               // a replica that lacks some commits becomes primary, and not all know
	killed               // a process dies
	ended                // … is told to end
	shared               // the group gives its share to another member
	jumped               // the clock of a process jumps
	faults
)

func (f fault) String() string {
	return [...]string{
		"requests lost", "replies lost", "messages slow", "fetches from a leader that is behind", "sends that came late",
		"stale owners refused", "calls to a former primary", "suffixes of the store lost", "failovers of the store",
		"owners killed", "owners told to end", "rebalances", "clocks that jumped",
	}[f]
}

// seeds are the simulations to run: the first few, or as many as WEIR_SEEDS says from a random one on, or the one
// that WEIR_SEED names.
func seeds(t *testing.T, few uint64) (first, count uint64) {
	if _, one := os.LookupEnv("WEIR_SEED"); one {
		return environment(t, "WEIR_SEED"), 1
	}
	if _, some := os.LookupEnv("WEIR_SEEDS"); some {
		return rand.Uint64N(1 << 53), environment(t, "WEIR_SEEDS")
	}
	return 1, few
}

func environment(t *testing.T, name string) uint64 {
	n, err := strconv.ParseUint(os.Getenv(name), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// simulate runs simulations, and names the seed of each that fails. Where there are many, everything must have
// gone wrong in some of them, but for what cannot.
func simulate(t *testing.T, few uint64, one func(t *testing.T, seed uint64) (*simulation, error), never ...fault) {
	first, count := seeds(t, few)
	t.Logf("seeds %d to %d", first, first+count-1)
	var seen [faults]int
	for seed := first; seed < first+count; seed++ {
		var s *simulation
		var err error
		synctest.Test(t, func(t *testing.T) { s, err = one(t, seed) })
		if err != nil {
			t.Errorf("WEIR_SEED=%d: %v", seed, err)
		}
		for f, n := range s.seen {
			seen[f] += n
		}
	}
	var told []string
	for f, n := range seen {
		told = append(told, fmt.Sprintf("%d %s", n, fault(f)))
	}
	for _, f := range never {
		seen[f]++
	}
	for f, n := range seen {
		if n == 0 && count > 1 {
			t.Errorf("no %s in %d simulations", fault(f), count)
		}
	}
	t.Logf("%d simulations: %s", count, strings.Join(told, ", "))
}

// TestNothingIsLostOrCountedTwiceUnderRandomFaults simulates partitions whose log, store, network and
// dead letters fail at random, whose store loses commits and fails over, and whose owners come and go, or are
// members of a group that takes its share away and gives it back.
// WEIR_SEED=n go test -run RandomFaults ./pkg/engine runs one of them again.
func TestNothingIsLostOrCountedTwiceUnderRandomFaults(t *testing.T) {
	simulate(t, 300, counted, strayed, jumped)
}

func counted(t *testing.T, seed uint64) (*simulation, error) {
	s := newSimulation(t, seed, newBench(t, 0), func() engine.Machine { return newCounter() })
	s.next = s.number
	return s, errors.Join(s.run(), s.stopAll(), s.holds())
}

// simulation is a partition to which things happen. The store of its bench is the primary.
type simulation struct {
	*bench
	seed    uint64
	rng     *rand.Rand
	machine func() engine.Machine
	relay   func(*process, *link, engine.Owner) *engine.Relay // nil: nothing is sent
	next    func()                                            // appends the next record
	pass    func()                                            // lets hours pass
	alone   bool                                              // owners come one after the other
	pace    time.Duration                                     // between two events of the step
	late    time.Duration                                     // they arrive up to four times as late
	pause   time.Duration                                     // at most, between two disasters
	arrived int64                                             // the latest arrival

	began     time.Time
	begun     uint64 // processes, so far
	processes []*process
	strays    sync.WaitGroup

	mu    sync.Mutex // for what the processes share: the primary, and
	odds  [faults]float64
	seen  [faults]int
	trace hash.Hash64 // of all that got through to the store and the outputs, and when
	wrong error
}

func newSimulation(t *testing.T, seed uint64, b *bench, machine func() engine.Machine) *simulation {
	s := &simulation{
		bench: b, seed: seed, rng: rand.New(rand.NewPCG(seed, 7)), machine: machine, pass: func() {},
		pace: 2 * time.Hour, late: 24 * time.Hour, pause: 400 * time.Millisecond, began: time.Now(), trace: fnv.New64a(),
	}
	b.t, b.log.batch = t, 1+s.rng.IntN(10)
	for _, f := range []fault{unsent, unheard, slow, behind, strayed} {
		s.odds[f] = s.rng.Float64() * 0.2
	}
	s.odds[slow] /= 5 // or all of the time would go into waiting
	return s
}

func (s *simulation) happened(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[f]++
}

func (s *simulation) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = errors.Join(s.wrong, err)
}

// note adds to the trace what a process did.
func (p *process) note(what string, a, b int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintln(p.trace, time.Since(p.began), p.name, what, a, b)
}

// number appends a record of the counter; one in ten is no number.
func (s *simulation) number() {
	value := strconv.Itoa(s.rng.IntN(100))
	if s.rng.IntN(10) == 0 {
		value = "junk"
	}
	s.log.append(number([]string{"key0", "key1", "late"}[s.rng.IntN(3)], value), int64(s.rng.IntN(2)*s.rng.IntN(3)))
}

// own starts a process that takes the partition. Others are fenced, or fence it.
func (s *simulation) own() {
	for s.alone && len(s.processes) > 0 {
		s.remove(s.any())
	}
	if s.alone {
		s.strays.Wait()
	}
	s.start(engine.All(1))
}

// join starts a member of the group.
func (s *simulation) join() *process {
	members := make(shares, 1)
	p := s.start(members)
	p.shares = members
	return p
}

// assign gives the partition to a member. Whoever else believes to have it may be told or not.
func (s *simulation) assign(p *process) {
	if p.shares == nil {
		return
	}
	s.happened(shared)
	for _, other := range s.processes {
		if other == p || s.rng.IntN(2) == 0 {
			other.revoke()
		}
	}
	granted, revoke := context.WithCancel(s.t.Context())
	p.revoke = revoke
	share := engine.Share{Partitions: []int{0}, Shared: true, Run: func(f func(context.Context)) { go f(granted) }}
	select {
	case p.shares <- share:
	default: // it has not taken the one before
	}
}

// reap forgets who has ended, and returns how many live that are no members of the group.
func (s *simulation) reap() (owners int) {
	for _, p := range slices.Clone(s.processes) {
		if !p.runs() {
			p.stop()
			s.processes = removed(s.processes, p)
		} else if p.shares == nil {
			owners++
		}
	}
	return owners
}

// any is one of the processes; there is one.
func (s *simulation) any() *process { return s.processes[s.rng.IntN(len(s.processes))] }

// remove ends a process: it is told to, or dies.
func (s *simulation) remove(p *process) {
	how := []fault{ended, killed}[s.rng.IntN(2)]
	s.happened(how)
	p.killed.Store(how == killed)
	p.stop()
	s.processes = removed(s.processes, p)
}

func removed(all []*process, one *process) []*process {
	return slices.DeleteFunc(all, func(p *process) bool { return p == one })
}

// failover makes a replica the primary. It may lack some commits, and some processes find out late.
func (s *simulation) failover() {
	former, replica := s.store, newStore()
	replica.history, replica.blind = append(replica.history[:0], former.all()...), former.blind
	replica.forget(s.rng.IntN(4))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[failed]++
	s.store = replica
	for _, p := range s.processes {
		p.former, p.until = former, time.Now().Add(time.Duration(s.rng.IntN(3e9)))
	}
}

// jump changes the clock of a process, by minutes or by days, or mends it.
func (s *simulation) jump(p *process) {
	s.happened(jumped)
	by := []time.Duration{0, time.Minute, time.Hour, 24 * time.Hour}[s.rng.IntN(4)]
	p.skew.Store(int64(by) * int64(s.rng.IntN(9)-4))
}

// disaster lets something happen, or nothing. Where nobody owns the partition by himself, somebody is soon given it.
func (s *simulation) disaster() {
	what := s.rng.IntN(20)
	if s.reap() == 0 && what > 14 {
		what = 4 * s.rng.IntN(2)
	}
	switch {
	case what == 0:
		s.own()
	case what == 1:
		s.happened(lost)
		s.store.forget(1 + s.rng.IntN(5))
	case what == 2:
		s.failover()
	case what == 3 && !s.alone:
		s.assign(s.join())
	case len(s.processes) == 0:
	case what == 4:
		s.assign(s.any())
	case what == 5:
		s.remove(s.any())
	case what == 6 && s.relay != nil:
		s.jump(s.any())
	}
}

// run lets things happen, then ends the faults and waits until all that is in the log is applied, by who lived
// through it or by one who comes new.
func (s *simulation) run() error {
	s.own()
	for range 40 {
		for range s.rng.IntN(6) {
			s.next()
		}
		s.disaster()
		s.pass()
		wait(time.Duration(s.rng.Int64N(int64(s.pause))))
	}
	s.calm()
	for n := 0; s.store.Now().meta.Offset != s.log.End(); n++ {
		if n > 1000 {
			return fmt.Errorf("the store stays at %d, the log ends at %d", s.store.Now().meta.Offset, s.log.End())
		}
		wait(100 * time.Millisecond)
	}
	return nil
}

// calm ends the faults, and sees to it that there is an owner.
func (s *simulation) calm() {
	s.mu.Lock()
	s.odds = [faults]float64{}
	for _, p := range s.processes {
		p.until = time.Time{}
		p.skew.Store(0)
	}
	s.mu.Unlock()
	s.strays.Wait()
	wait(10 * time.Second) // who is fenced learns of it
	switch owners := s.reap(); {
	case owners > 0:
	case len(s.processes) > 0 && s.rng.IntN(2) == 0:
		s.assign(s.any())
	default:
		s.own()
	}
}

// stopAll tells all processes to end, and returns what went wrong.
func (s *simulation) stopAll() error {
	for _, p := range s.processes {
		p.stop()
	}
	return s.wrong
}

// TestTheSimulationFindsAStoreThatLooksAtNoOffset takes away the fence: a simulation that passed all the same would
// prove nothing.
func TestTheSimulationFindsAStoreThatLooksAtNoOffset(t *testing.T) {
	const most = 50
	for seed := range uint64(most) {
		var err error
		synctest.Test(t, func(t *testing.T) {
			s := newSimulation(t, seed, newBench(t, 0), func() engine.Machine { return newCounter() })
			s.next, s.store.blind = s.number, true
			err = errors.Join(s.run(), s.stopAll(), s.holds())
		})
		if err != nil {
			t.Logf("seed %d: %v", seed, err)
			return
		}
	}
	t.Errorf("%d simulations do not notice", most)
}

// TestASeedReplays runs simulations twice: the same happens at the same moments.
func TestASeedReplays(t *testing.T) {
	for _, one := range []func(*testing.T, uint64) (*simulation, error){counted, stepped, published} {
		for seed := range uint64(4) {
			var traces [2]uint64
			for i := range traces {
				synctest.Test(t, func(t *testing.T) {
					s, _ := one(t, seed) // what becomes of it other tests ask
					traces[i] = s.trace.Sum64()
				})
			}
			if traces[0] != traces[1] {
				t.Errorf("seed %d: %x and %x", seed, traces[0], traces[1])
			}
		}
	}
}
