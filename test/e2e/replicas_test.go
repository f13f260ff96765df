package e2e

import (
	"fmt"
	"syscall"
	"testing"
)

// replica is one more aggregator of a system, by itself.
func (s *system) replica(t *testing.T, number int) *system {
	t.Helper()
	other := &system{addresses: map[string]string{}}
	name := fmt.Sprintf("aggregator %d", number)
	p := newProgram(t, s.logs, name, aggregator, other.hear, s.programs[aggregator].Args...)
	other.programs = map[string]*program{aggregator: p}
	other.start(t, aggregator)
	return other
}

// awaitApplied waits until what was acknowledged up to now is in the numbers.
func (tr *traffic) awaitApplied(t *testing.T, s *system) {
	t.Helper()
	tr.awaitMore(t, 100)
	for _, position := range tr.Positions() {
		s.await(t, position, "")
	}
}

// TestAggregatorsShareThePartitionsAndHandThemOver starts, stops, kills and pauses replicas: whichever has the
// partition with the traffic, it goes on elsewhere, and nothing is lost or counted twice.
func TestAggregatorsShareThePartitionsAndHandThemOver(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		tr := startTraffic(t, s, seed(t))
		tr.awaitApplied(t, s)
		replicas := []*system{{programs: map[string]*program{aggregator: s.programs[aggregator]}}}
		for number := range 3 {
			replicas = append(replicas, s.replica(t, number+2))
			tr.awaitApplied(t, s)
		}
		replicas[0].programs[aggregator].kill(t)
		tr.awaitApplied(t, s)
		replicas[1].programs[aggregator].stop(t)
		tr.awaitApplied(t, s)
		for _, paused := range replicas[2:] { // one of them has the partition
			paused.programs[aggregator].signal(t, syscall.SIGSTOP)
			tr.awaitApplied(t, s) // by the other one, once the group has given up on this one
			paused.programs[aggregator].signal(t, syscall.SIGCONT)
			tr.awaitApplied(t, s)
			paused.awaitReady(t, aggregator)
		}
		tr.settle(t, s)
	})
}
