package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

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

// redisMemory is what Redis has allocated, in bytes.
func (b *bench) redisMemory(ctx context.Context) (int64, error) {
	client := redis.NewClient(&redis.Options{Addr: b.redis})
	defer func() { _ = client.Close() }() // whatever it did is done
	info, err := client.Info(ctx, "memory").Result()
	if err != nil {
		return 0, err
	}
	for field := range strings.Lines(info) {
		if n, ok := strings.CutPrefix(field, "used_memory:"); ok {
			return strconv.ParseInt(strings.TrimSpace(n), 10, 64)
		}
	}
	return 0, fmt.Errorf("redis at %s does not tell its memory", b.redis)
}

// removeKeys removes keys by what they begin with, whatever ended the run.
func (b *bench) removeKeys(prefix string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := redis.NewClient(&redis.Options{Addr: b.redis})
	defer func() { _ = client.Close() }() // whatever it did is done
	keys := client.Scan(ctx, 0, prefix+"*", 1000).Iterator()
	for keys.Next(ctx) {
		if err := client.Unlink(ctx, keys.Val()).Err(); err != nil {
			return err
		}
	}
	return keys.Err()
}
