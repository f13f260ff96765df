package serve

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/store"
)

const (
	watchPeriod  = 10 * time.Second // between two looks at the settings of log and store
	watchTimeout = 10 * time.Second // of one look
)

// everyPartition is the place of an alarm that concerns them all.
const everyPartition = -1

// settingAlarm is the name of the alarm for a setting of the log or the store under which numbers would become
// wrong, or could no longer be recomputed; empty for any other error.
func settingAlarm(err error) string {
	switch {
	case errors.Is(err, eventlog.ErrPartitionCount):
		return "partition_count_changed"
	case errors.Is(err, eventlog.ErrRetention):
		return "retention_not_endless"
	case errors.Is(err, eventlog.ErrTimestampType):
		return "arrival_not_stamped"
	case errors.Is(err, store.ErrEviction):
		return "eviction_allowed"
	default:
		return ""
	}
}

// watch runs the partitions while the settings of log and store are as they must be. While one is not, none runs;
// when it is mended, they go on by themselves.
type watch struct {
	inspect func(context.Context) error                 // what is wrong with the settings, among other errors
	run     func(context.Context) error                 // runs the partitions
	alarm   func(name string, raised bool, cause error) // raises and clears
	passing func(cause error)                           // is told after each look what else failed; nil: nothing
}

// Run runs until ctx ends or the partitions do.
func (w *watch) Run(ctx context.Context) error {
	for w.await(ctx) {
		guarded, stop := context.WithCancel(ctx)
		turned := make(chan bool, 1)
		go func() { turned <- w.turn(guarded, stop) }()
		err := w.run(guarded)
		stop()
		if !<-turned || err != nil {
			return err
		}
	}
	return nil
}

// await waits until the settings are as they must be; false when ctx ends first.
func (w *watch) await(ctx context.Context) bool {
	var raised string
	for ctx.Err() == nil {
		err := w.look(ctx)
		name := settingAlarm(err)
		if raised != "" && name != raised {
			w.alarm(raised, false, nil)
		}
		if name == "" {
			return true
		}
		if name != raised {
			w.alarm(name, true, err)
		}
		raised = name
		pause(ctx)
	}
	if raised != "" {
		w.alarm(raised, false, nil)
	}
	return false
}

// turn stops what runs when a setting turns out not to be as it must be, and reports whether it did.
func (w *watch) turn(ctx context.Context, stop func()) bool {
	for pause(ctx) {
		if settingAlarm(w.look(ctx)) != "" {
			stop()
			return true
		}
	}
	return false
}

// look inspects the settings once. A log or store that cannot be asked stops nothing: it is told of, since partitions
// that nobody runs, because the group is away with the log, cannot tell.
func (w *watch) look(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, watchTimeout)
	defer cancel()
	err := w.inspect(limited)
	switch {
	case ctx.Err() != nil: // it was cut off
	case settingAlarm(err) != "":
		w.passing(nil)
	default:
		w.passing(err)
	}
	return err
}

// pause waits until it is time to look again; false when ctx ends first.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(watchPeriod):
		return true
	}
}

// watched runs the pool under a watch.
func (a *aggregator) watched(ctx context.Context, pool *engine.Pool, partitions int) error {
	w := watch{
		inspect: func(ctx context.Context) error {
			if err := a.log.Check(ctx, eventlog.Topics(partitions)...); err != nil {
				return fmt.Errorf("%w: %w", engine.ErrLog, err)
			}
			if _, err := a.rows.Check(ctx); err != nil {
				return fmt.Errorf("%w: %w", engine.ErrStore, err)
			}
			return nil
		},
		run: pool.Run,
		alarm: func(name string, raised bool, cause error) {
			a.metrics.Alarm(everyPartition, name, raised)
			if raised {
				a.logger.Error("all partitions are held", "alarm", name, "cause", cause)
			} else {
				a.logger.Info("partitions are no longer held", "alarm", name)
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			if a.setting = ""; raised {
				a.setting = name
			}
		},
	}
	w.passing = a.passing
	return w.Run(ctx)
}

// passing tells of a log or store that does not answer.
func (a *aggregator) passing(cause error) {
	name := engine.Alarm(cause)
	a.mu.Lock()
	before := a.held[everyPartition]
	a.mu.Unlock()
	if name == before {
		return
	}
	if cause != nil {
		a.logger.Error("a part does not answer", "alarm", name, "cause", cause)
	} else {
		a.logger.Info("all parts answer again")
	}
	a.metrics.Held(everyPartition, name)
	a.hold(everyPartition, name)
}
