package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// alarm waits until an aggregator is not ready for a reason, and shows it in its metrics.
func (r *round) alarm(name string) error {
	return stand.Eventually(r.ctx, patience, "the alarm "+name, func() error {
		var errs error
		for _, a := range r.weir.aggregators {
			err := stand.Alarmed(r.ctx, a.url(""), name)
			if err == nil {
				return nil
			}
			errs = errors.Join(errs, err)
		}
		return errs
	})
}

// fillRedis lets Redis reach its limit of memory.
func fillRedis(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(2, 30_000, 30*time.Second); err != nil {
		return err
	}
	return r.throughout(200*time.Millisecond, 2*time.Second, func() error {
		return r.held("store_out_of_memory", "limits of memory", func() error {
			return r.redis.ConfigSet(r.ctx, "maxmemory", "100kb").Err()
		}, func() error {
			return r.redis.ConfigSet(r.ctx, "maxmemory", "0").Err()
		})
	})
}

// held makes a fault that partitions wait for under an alarm, ends it, and waits until they go on.
func (r *round) held(alarm, kind string, begin, end func() error) error {
	if _, batches := r.tr.SumOf(0); batches > r.tr.Batches-fewBatches { // without events nobody notices
		return nil
	}
	if err := begin(); err != nil {
		return err
	}
	if err := r.alarm(alarm); err != nil {
		return err
	}
	r.inject(kind)
	before, err := standings(r.ctx, r.redis)
	if err != nil {
		return err
	}
	if err := r.moment(500*time.Millisecond, 3*time.Second); err != nil {
		return err
	}
	after, err := standings(r.ctx, r.redis)
	if err != nil {
		return err
	}
	if after != before {
		return fmt.Errorf("under %s it went on from %v to %v", alarm, before, after)
	}
	ended := time.Now()
	if err := end(); err != nil {
		return err
	}
	return r.recovered(ended)
}

// fewBatches of each tenant may all be applied before a fault shows.
const fewBatches = 4

// disk is a small file system in memory, which can be filled and grown.
type disk struct{ dir string }

// mount makes one until the end of the round.
func (r *round) mount() (*disk, error) {
	d := r.parts.disk()
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return nil, err
	}
	if err := d.command(r.ctx, "mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", d.dir); err != nil {
		return nil, err
	}
	r.defers(d.unmount)
	return d, nil
}

// disk is where the one of a round is mounted.
func (p *parts) disk() *disk { return &disk{filepath.Join(p.dir, "full")} }

// unmount removes it, once nobody uses it any more; if there is none it does nothing.
func (d *disk) unmount() error {
	return stand.Eventually(context.Background(), patience, "the end of the small file system", func() error {
		var of, above syscall.Stat_t
		if err := syscall.Stat(d.dir, &of); errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		if err := syscall.Stat(filepath.Dir(d.dir), &above); err != nil || of.Dev == above.Dev {
			return err
		}
		return d.command(context.Background(), "umount", d.dir)
	})
}

func (d *disk) command(ctx context.Context, name string, args ...string) error {
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w: %s", name, args, err, out)
	}
	return nil
}

// shrink leaves so much room.
func (d *disk) shrink(ctx context.Context, room uint64) error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &stat); err != nil {
		return err
	}
	used := (stat.Blocks - stat.Bfree) * uint64(stat.Bsize)
	return d.resize(ctx, used+room)
}

func (d *disk) resize(ctx context.Context, bytes uint64) error {
	return d.command(ctx, "mount", "-o", "remount,size="+strconv.FormatUint(bytes, 10), d.dir)
}

const (
	littleRoom = 256 << 10
	muchRoom   = 1 << 30
)

// fillRedisDisk lets the disk of Redis run full.
func fillRedisDisk(r *round) error {
	d, err := r.mount()
	if err != nil {
		return err
	}
	if r.store, err = r.redisIn(d.dir); err != nil {
		return err
	}
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(2, 30_000, 30*time.Second); err != nil {
		return err
	}
	return r.throughout(200*time.Millisecond, 2*time.Second, func() error {
		return r.held("store_disk_error", "full disks", func() error { return d.shrink(r.ctx, littleRoom) },
			func() error { return d.resize(r.ctx, muchRoom) })
	})
}

// fillBrokerDisk lets the disk of the only broker run full, which ends it.
func fillBrokerDisk(r *round) error {
	d, err := r.mount()
	if err != nil {
		return err
	}
	broker, err := start(r.ctx, "kafka", filepath.Join(d.dir, "kafka"))
	if err != nil {
		return err
	}
	r.defers(func() error { return broker.stop(context.Background()) })
	if err := r.on(broker.addr); err != nil {
		return err
	}
	if err := r.begin(2, 30_000, 30*time.Second); err != nil {
		return err
	}
	if err := r.moment(2*time.Second, 5*time.Second); err != nil {
		return err
	}
	if err := d.shrink(r.ctx, littleRoom); err != nil {
		return err
	}
	if err := broker.gone(r.ctx); err != nil {
		return err
	}
	r.inject("full disks")
	if err := r.refused(); err != nil {
		return err
	}
	grown := time.Now()
	if err := d.resize(r.ctx, muchRoom); err != nil {
		return err
	}
	if err := broker.again(r.ctx); err != nil {
		return err
	}
	if err := r.recovered(grown); err != nil {
		return err
	}
	return r.settle()
}
