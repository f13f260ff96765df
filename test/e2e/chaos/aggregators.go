package main

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// aggregators is how many share the partitions where nothing else is said.
const aggregators = 4

// someOf are between least and most of the aggregators, in random order.
func (r *round) someOf(least, most int) []*service {
	all := slices.Clone(r.weir.aggregators)
	r.choose.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:least+r.choose.IntN(most-least+1)]
}

// killAggregators kills aggregators again and again while they apply. The group finds out that they are gone six
// seconds later; so several are killed, each at a moment of its own, before they are started again.
func killAggregators(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(aggregators, 60_000, 90*time.Second); err != nil {
		return err
	}
	return r.throughout(100*time.Millisecond, 1200*time.Millisecond, func() error {
		victims := r.someOf(2, aggregators)
		for _, victim := range victims {
			if err := r.moment(time.Millisecond, 400*time.Millisecond); err != nil {
				return err
			}
			if err := victim.Kill(); err != nil {
				return err
			}
			r.inject(aggregatorKills)
		}
		restarted := time.Now()
		for _, victim := range victims {
			if err := victim.launch(); err != nil {
				return err
			}
		}
		if r.choose.IntN(4) == 0 { // once more while it starts or joins, which costs another session
			if err := r.moment(10*time.Millisecond, 6*time.Second); err != nil {
				return err
			}
			if err := r.killOnce(victims[0]); err != nil {
				return err
			}
			restarted = time.Now()
		}
		return r.recovered(restarted)
	})
}

// killOnce kills an aggregator and starts it again.
func (r *round) killOnce(victim *service) error {
	if err := victim.Kill(); err != nil {
		return err
	}
	r.inject(aggregatorKills)
	return victim.launch()
}

// pauseAggregators stops aggregators in their tracks for longer than the group waits for them.
func pauseAggregators(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(aggregators, 40_000, 75*time.Second); err != nil {
		return err
	}
	return r.throughout(100*time.Millisecond, time.Second, func() error {
		paused := r.someOf(1, aggregators-1)
		before, err := standings(r.ctx, r.redis)
		if err != nil {
			return err
		}
		stopped := time.Now()
		held := make([][]int, len(paused))
		for i, s := range paused {
			if err := s.Signal(syscall.SIGSTOP); err != nil {
				return err
			}
			held[i] = r.heldAlone(s)
			if err := r.moment(time.Millisecond, 200*time.Millisecond); err != nil {
				return err
			}
		}
		if err := r.taken(paused, held, before); err != nil {
			return err
		}
		r.Recovery = max(r.Recovery, time.Since(stopped).Seconds())
		if err := r.moment(time.Millisecond, 2*time.Second); err != nil {
			return err
		}
		resumed := time.Now()
		for _, s := range paused {
			if err := s.Signal(syscall.SIGCONT); err != nil {
				return err
			}
		}
		return r.recovered(resumed)
	})
}

// heldAlone are the partitions that one aggregator alone says it was assigned: one that is slow to hear of it may name what
// another has claimed since.
func (r *round) heldAlone(s *service) []int {
	return slices.DeleteFunc(slices.Clone(s.holds()), func(p int) bool {
		return slices.ContainsFunc(r.weir.aggregators, func(other *service) bool { return other != s && slices.Contains(other.holds(), p) })
	})
}

// taken waits until others have claimed all partitions of those that are paused, and counts the pauses.
func (r *round) taken(paused []*service, held [][]int, before [partitions]standing) error {
	for i, s := range paused {
		held := held[i]
		err := stand.Eventually(r.ctx, patience, "others claim what "+s.Name+" held", func() error {
			at, err := standings(r.ctx, r.redis)
			for _, p := range held {
				if at[p].epoch <= before[p].epoch {
					err = errors.Join(err, fmt.Errorf("partition %d has the same owner", p))
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		if len(held) > 0 {
			r.inject(pauses)
		} else {
			r.Seen["pauses of one that held no partition"]++
		}
	}
	return nil
}

// rebalance changes the number of aggregators every few seconds, so that nobody keeps a partition for long.
func rebalance(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(1, 30_000, time.Minute); err != nil {
		return err
	}
	steps := []int{8, 2, 5, 1}
	return r.throughout(4*time.Second, 6*time.Second, func() error {
		wanted := steps[r.Faults["changes of the number of aggregators"]%len(steps)]
		if err := r.weir.scale(wanted); err != nil {
			return err
		}
		if err := r.shrink(wanted); err != nil {
			return err
		}
		r.inject("changes of the number of aggregators")
		return nil
	})
}

// shrink tells aggregators to end, until there are so many.
func (r *round) shrink(aggregators int) error {
	for len(r.weir.aggregators) > aggregators {
		last := len(r.weir.aggregators) - 1
		s := r.weir.aggregators[last]
		r.weir.aggregators = r.weir.aggregators[:last]
		r.Seen[givenUp] += s.gaveUp()
		if err := errors.Join(s.Stop(), s.Close()); err != nil {
			return err
		}
	}
	return nil
}

// burst lets events come slowly, and then all at once.
func burst(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(1, 4_000, 10*time.Second); err != nil {
		return err
	}
	if err := r.applied(); err != nil {
		return err
	}
	r.next(60_000, 0)
	r.inject("bursts")
	began := time.Now()
	deepest := int64(0)
	for r.more() {
		if lag, err := r.lag(); err == nil {
			deepest = max(deepest, lag)
		}
		if err := pause(r.ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	r.Recovery = max(r.Recovery, time.Since(began).Seconds())
	r.Seen["records that waited at most, over all bursts"] += int(deepest)
	for _, s := range r.weir.all() {
		if err := bounded(s.Program); err != nil {
			return err
		}
	}
	return r.settle()
}
