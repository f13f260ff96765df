package main

import (
	"fmt"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// corrupt flips bits of a tenant's deals in Redis. The partition stops at the first of them that it reads, and its state
// is rebuilt from the log.
func corrupt(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(2, 10_000, 2*time.Second); err != nil {
		return err
	}
	if err := r.applied(); err != nil {
		return err
	}
	for _, a := range r.weir.aggregators { // what they hold in memory is good
		if err := a.Stop(); err != nil {
			return err
		}
	}
	sender := r.choose.IntN(partitions)
	if err := stand.FlipValues(r.ctx, r.redis, fmt.Sprintf("weir:{%d}:*:e:%s:deal", sender, tenants[sender].name)); err != nil {
		return err
	}
	if err := r.launchAggregators(); err != nil {
		return err
	}
	r.next(1_000, 0)
	events, _ := r.all[0].Batch(sender, 0) // what is known is read again
	if _, err := r.accept(sender, events); err != nil {
		return err
	}
	if err := r.alarm("state_corrupt"); err != nil {
		return err
	}
	r.inject("tenants whose values were changed")
	found := time.Now()
	code, stdout, stderr, err := stand.Run(r.ctx, patience, "weir", "rebuild",
		"--config", r.weir.config, "--kafka", r.weir.kafka, "--redis", r.weir.redis)
	if err != nil {
		return err
	}
	if code != 0 {
		return fmt.Errorf("weir rebuild: exit code %d:\n%s%s", code, stdout, stderr)
	}
	for _, a := range r.weir.aggregators {
		if err := a.Stop(); err != nil {
			return err
		}
	}
	if err := r.launchAggregators(); err != nil {
		return err
	}
	if err := r.recovered(found); err != nil {
		return err
	}
	return r.settle()
}

func (r *round) launchAggregators() error {
	for _, a := range r.weir.aggregators {
		if err := a.launch(); err != nil {
			return err
		}
	}
	return nil
}
