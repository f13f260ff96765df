package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/test/e2e/stand"
)

// killRedis kills Redis again and again, and starts it on what it has written.
func killRedis(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(2, 60_000, 30*time.Second); err != nil {
		return err
	}
	return r.throughout(50*time.Millisecond, 1500*time.Millisecond, func() error {
		if err := r.store.kill(r.ctx); err != nil {
			return err
		}
		r.inject("Redis kills")
		killed := time.Now()
		if err := r.store.again(r.ctx); err != nil {
			return err
		}
		return r.recovered(killed)
	})
}

// truncateRedis lets Redis lose the end of its append-only file, as a machine does that fails before its disk has all.
func truncateRedis(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(2, 60_000, 30*time.Second); err != nil {
		return err
	}
	return r.throughout(time.Millisecond, 200*time.Millisecond, func() error {
		// A rewrite would begin another file.
		if err := r.redis.ConfigSet(r.ctx, "auto-aof-rewrite-percentage", "0").Err(); err != nil {
			return err
		}
		size, err := r.appended()
		if err != nil {
			return err
		}
		if err := r.moment(200*time.Millisecond, 1500*time.Millisecond); err != nil {
			return err
		}
		before, err := standings(r.ctx, r.redis)
		if err != nil {
			return err
		}
		if err := r.store.kill(r.ctx); err != nil {
			return err
		}
		if err := r.cutOff(size); err != nil {
			return err
		}
		if err := r.wentBack(before); err != nil {
			return err
		}
		restarted := time.Now()
		if err := r.store.again(r.ctx); err != nil {
			return err
		}
		return r.recovered(restarted)
	})
}

// appendOnly is the file that Redis appends to.
func (r *round) appendOnly() (string, error) {
	found, err := filepath.Glob(filepath.Join(r.store.dir, "data", "appendonlydir", "*.incr.aof"))
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("%d append-only files: %v", len(found), found)
	}
	if err != nil {
		return "", err
	}
	return found[0], nil
}

func (r *round) appended() (int64, error) {
	path, err := r.appendOnly()
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// cutOff cuts the append-only file at a random place behind a size that it had.
func (r *round) cutOff(size int64) error {
	now, err := r.appended()
	if err != nil {
		return err
	}
	if now > size {
		size += r.choose.Int64N(now - size)
	}
	path, err := r.appendOnly()
	if err != nil {
		return err
	}
	return os.Truncate(path, size)
}

// wentBack starts Redis where nobody finds it, and looks whether the offsets lie before those that it had.
func (r *round) wentBack(before [partitions]standing) (err error) {
	hidden, err := start(r.ctx, "redis", r.store.dir)
	if err != nil {
		return err
	}
	client := openRedis(hidden.addr)
	defer func() { err = errors.Join(err, client.Close(), hidden.stop(r.ctx)) }()
	return r.rolledBack(client, before)
}

// rolledBack counts a loss of writes, and what was lost, where a Redis stands before where it stood.
func (r *round) rolledBack(client *redis.Client, before [partitions]standing) error {
	after, err := standings(r.ctx, client)
	if err != nil {
		return err
	}
	var lost int64
	for p := range after {
		lost += max(0, before[p].offset-after[p].offset)
	}
	if lost == 0 {
		r.Seen["cuts that took no commit"]++
		return nil
	}
	r.inject(rollbacks)
	r.Seen["applied records that the rollbacks took"] += int(lost)
	return nil
}

// flushRedis empties Redis. Until the log was read again, no question may be answered from what is only half there.
func flushRedis(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(2, 30_000, 30*time.Second); err != nil {
		return err
	}
	const wipes = "wipes of Redis"
	return r.throughout(2*time.Second, 6*time.Second, func() error {
		if r.Faults[wipes] == 5 { // or it would never be filled
			return nil
		}
		sender := r.choose.IntN(partitions)
		before, err := r.value(sender, dealsCreated)
		if err != nil {
			return nil // what was wiped before is not yet there for this tenant
		}
		if err := r.redis.FlushAll(r.ctx).Err(); err != nil {
			return err
		}
		r.inject(wipes)
		wiped := time.Now()
		err = r.rebuilt(sender, before)
		r.Recovery = max(r.Recovery, time.Since(wiped).Seconds())
		return err
	})
}

// rebuilt asks a tenant's question until it is answered. An answer with less than there was is wrong.
func (r *round) rebuilt(sender, before int) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		status, body, err := r.ask(sender, dealsCreated)
		if err != nil {
			return err
		}
		if status != http.StatusServiceUnavailable {
			got, _ := stand.At(body, "/values/0/value")
			if number, ok := got.(float64); !ok || int(number) < before {
				return fmt.Errorf("%d deals had been created; after a wipe the answer is %d: %v", before, status, body)
			}
			return nil
		}
		if kind, _ := stand.At(body, "/type"); kind == "https://weir.dev/problems/rebuilding" {
			r.Seen["answers that the state is being rebuilt"]++
		}
		if err := pause(r.ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("after a wipe there is no answer in time")
}
