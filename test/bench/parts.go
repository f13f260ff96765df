package main

import (
	"fmt"
	"time"

	"weir.dev/weir/test/bench/machine"
)

// spent is the CPU time of the parts up to a moment, or between two.
type spent struct {
	kafka, redis time.Duration
}

func (b *bench) spent() (spent, error) {
	k, err := machine.OfListener(b.kafka)
	if err != nil {
		return spent{}, fmt.Errorf("kafka: %w", err)
	}
	r, err := machine.OfListener(b.redis)
	if err != nil {
		return spent{}, fmt.Errorf("redis: %w", err)
	}
	return spent{k.CPU, r.CPU}, nil
}

func (s spent) since(before spent) spent {
	return spent{s.kafka - before.kafka, s.redis - before.redis}
}
