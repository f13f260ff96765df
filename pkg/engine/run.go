package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// MaxRows is about how many rows one commit writes at most, which is so where there is a backlog. The more records a
// commit has, the more of them change the same rows; but while it writes them the store answers nobody else, for
// about 20 ms with so many.
const MaxRows = 20_000

// changedRows is when a commit is made: the last record changes some more, and an entity may have several rows.
const changedRows = MaxRows * 19 / 20

// ErrLogChanged is returned where the log no longer holds the record that was applied last: it was
// truncated or made anew, and going on would mix two histories.
var ErrLogChanged = errors.New("log changed: the last applied record is no longer there")

// ErrTrimmed is returned where the log begins behind the next record to apply: it was deleted before it was applied.
var ErrTrimmed = errors.New("trimmed: the log begins behind the offset")

// Observer is told what a runner does. Its methods must be quick; they are called between commits.
type Observer interface {
	Committed(partition, records, rows int, took time.Duration)
	Lag(partition int, events int64)
	Refused(partition int, r state.Refused)
	// Held is told the alarm of what the partition waits for, and "" when it goes on.
	Held(partition int, alarm string)
}

// Runner applies one partition of a log to a store.
type Runner struct {
	Partition int
	Log       Log
	Store     Store
	Machine   Machine
	Logger    *slog.Logger
	Observer  Observer // may be nil
	// Refuse keeps a record that cannot be folded where people find it. It is called before the
	// commit that passes over the record, and not again by the same runner if that commit has to be repeated.
	Refuse func(ctx context.Context, partition int, r state.Refused) error

	turns    turns        // of the pool
	epoch    atomic.Int64 // while the partition is owned; else 0
	caughtUp atomic.Bool  // the end of the log was reached in the last round

	meta    state.Meta
	midway  bool // rows were read, or records folded, since the last commit
	refused []state.Refused
	pause   time.Duration // before the next recovery; grows while none leads to a commit
	looked  time.Time     // when the store was last asked whether it still holds what was committed
	held    string        // the alarm of what is waited for
	kept    int64         // the offset after the last record that Refuse has kept
}

// Run claims the partition and applies its records until ctx ends, which is no error. It returns
// ErrFenced when another owner has claimed the partition, and ErrDefinition, ErrCorrupt, ErrStep,
// ErrTrimmed or ErrLogChanged where going on would make the numbers wrong: these want a person. Everything else
// is tried again.
//
// It may be called again after it has ended: what the machine holds is kept if nobody else owned the partition
// in between.
func (r *Runner) Run(ctx context.Context) error {
	defer r.epoch.Store(0)
	defer r.hold(nil)
	err := r.retry(ctx, "claim", func() error { return r.claim(ctx) })
	if err == nil {
		err = r.retry(ctx, "verify", func() error { return r.verify(ctx) })
	}
	for err == nil && ctx.Err() == nil {
		if err = r.round(ctx); err != nil && !final(err) && ctx.Err() == nil {
			err = r.recover(ctx, err)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("partition %d: %w", r.Partition, err)
}

// claim makes this runner the owner, and forgets what is held of a state that others may have changed.
func (r *Runner) claim(ctx context.Context) error {
	meta, err := r.Store.Claim(ctx, r.Partition)
	if err != nil {
		return of(ErrStore, err)
	}
	if r.midway || meta.Epoch != r.meta.Epoch+1 || meta.Offset != r.meta.Offset {
		r.Machine.Settle(false)
		r.midway = false
	}
	r.meta = meta
	return nil
}

// leaderPatience is how long a log may seem to end with the record before the one that was applied last: a broker that
// has just become leader learns only from the others that they have what it shows.
const leaderPatience = 10 * time.Second

// verify checks that the log still holds the record that was applied last.
func (r *Runner) verify(ctx context.Context) error {
	if r.meta.LastOffset < 0 {
		return nil
	}
	began := time.Now()
	batch, err := r.fetch(ctx, r.meta.LastOffset)
	for err == nil && len(batch.Records) == 0 && time.Since(began) < leaderPatience {
		if err = wait(ctx, firstPause); err == nil {
			batch, err = r.fetch(ctx, r.meta.LastOffset)
		}
	}
	if err != nil {
		return err
	}
	if len(batch.Records) == 0 || batch.Records[0].Offset != r.meta.LastOffset || sum(&batch.Records[0]) != r.meta.LastSum {
		return fmt.Errorf("%w: offset %d", ErrLogChanged, r.meta.LastOffset)
	}
	return nil
}

// fetch reads the log, and says on which side of it an offset lies that it does not hold.
func (r *Runner) fetch(ctx context.Context, offset int64) (Batch, error) {
	batch, err := r.Log.Fetch(ctx, r.Partition, offset)
	switch {
	case err == nil || !errors.Is(err, ErrOutOfRange):
		return batch, of(ErrLog, err)
	case offset < batch.First:
		return batch, fmt.Errorf("%w: %d, it begins at %d", ErrTrimmed, offset, batch.First)
	default:
		return batch, fmt.Errorf("%w: offset %d, the log ends at %d", ErrLogChanged, offset, batch.End)
	}
}

// sum is a checksum of a record, by which it is known again.
func sum(rec *event.Record) uint64 {
	d := xxhash.New()
	var size [8]byte
	part := func(b []byte) {
		binary.LittleEndian.PutUint64(size[:], uint64(len(b)))
		_, _ = d.Write(size[:]) // a hash takes everything
		_, _ = d.Write(b)
	}
	part(rec.Key)
	part(rec.Value)
	for i := range rec.Headers {
		part([]byte(rec.Headers[i].Key))
		part(rec.Headers[i].Value)
	}
	return d.Sum64()
}

// round fetches a batch and applies it.
func (r *Runner) round(ctx context.Context) error {
	batch, err := r.fetch(ctx, r.meta.Offset)
	if err != nil {
		return err
	}
	if r.meta.LastOffset < 0 {
		r.meta.Goal = max(r.meta.Goal, batch.End)
	}
	recs := batch.Records
	r.midway = len(recs) > 0
	if len(recs) == 0 {
		if err := r.look(ctx); err != nil {
			return err
		}
	} else if err := r.give(ctx, r.Machine.Begin(recs)); err != nil {
		return err
	}
	for len(recs) > 0 && ctx.Err() == nil {
		r.midway = true
		n, watermark, err := r.apply(ctx)
		if err != nil {
			return err
		}
		if err := r.commit(ctx, recs[:n], watermark); err != nil {
			return err
		}
		recs = recs[n:]
	}
	r.epoch.Store(r.meta.Epoch)
	r.caughtUp.Store(r.meta.Offset >= batch.End)
	r.hold(nil)
	if r.Observer != nil {
		r.Observer.Lag(r.Partition, batch.End-r.meta.Offset)
	}
	return nil
}

// Epoch is that of the runner's claim while it applies records, else 0. It may be called by any goroutine.
func (r *Runner) Epoch() int64 { return r.epoch.Load() }

// CaughtUp reports whether all that was in the log a moment ago is applied. It may be called by any goroutine.
func (r *Runner) CaughtUp() bool { return r.caughtUp.Load() }

// lookPeriod is how often a partition without new records is compared with the store.
const lookPeriod = time.Second

// look asks whether the store still holds what was committed last. Without new records no commit would
// find out, and a store that lost its state would stay without it, an owner that is fenced would not know.
func (r *Runner) look(ctx context.Context) error {
	if time.Since(r.looked) < lookPeriod {
		return nil
	}
	meta, err := r.Store.Meta(ctx, r.Partition)
	if err != nil {
		return of(ErrStore, err)
	}
	r.looked = time.Now()
	if meta.Epoch != r.meta.Epoch || meta.Offset != r.meta.Offset {
		return fmt.Errorf("%w: epoch %d, offset %d, not %d, %d", ErrMoved, meta.Epoch, meta.Offset, r.meta.Epoch, r.meta.Offset)
	}
	return nil
}

// give reads rows that the machine lacks and hands them over.
func (r *Runner) give(ctx context.Context, missing []state.Ref) error {
	if len(missing) == 0 {
		return nil
	}
	values, err := r.Store.Read(ctx, r.Partition, r.meta, missing)
	if err != nil {
		return of(ErrStore, err)
	}
	if err := r.Machine.Give(values); err != nil {
		return fmt.Errorf("%w: %w", ErrStep, err)
	}
	return nil
}

// apply folds about as many of the begun records as one commit can take.
func (r *Runner) apply(ctx context.Context) (n int, watermark int64, err error) {
	r.refused = r.refused[:0]
	for {
		var p state.Progress
		r.turns.take(func() { p = r.Machine.Apply(changedRows) })
		n += p.Applied
		watermark = max(watermark, p.Watermark)
		r.refused = append(r.refused, p.Refused...)
		if len(p.Missing) == 0 {
			return n, watermark, nil
		}
		if err := r.give(ctx, p.Missing); err != nil {
			return n, watermark, err
		}
	}
}

// commit writes what the records changed, and the offset after them.
func (r *Runner) commit(ctx context.Context, recs []event.Record, watermark int64) error {
	for _, refused := range r.refused {
		if refused.Record.Offset < r.kept {
			continue
		}
		if err := r.Refuse(ctx, r.Partition, refused); err != nil {
			return of(ErrLog, fmt.Errorf("dead letter of offset %d: %w", refused.Record.Offset, err))
		}
		r.kept = refused.Record.Offset + 1
		if r.Observer != nil {
			r.Observer.Refused(r.Partition, refused)
		}
	}
	changes, err := r.changes(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	last := &recs[len(recs)-1]
	next := r.meta
	next.Offset, next.LastOffset, next.LastSum = last.Offset+1, last.Offset, sum(last)
	next.Watermark = max(next.Watermark, watermark)
	next.AppliedAt = start.UnixMilli()
	// What was folded is committed even while the runner is told to end: who comes next need not fold it again.
	graceful, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitGrace)
	defer cancel()
	if err := r.Store.Commit(graceful, r.Partition, r.meta.Offset, next, changes); err != nil {
		return of(ErrStore, err)
	}
	r.meta = next
	r.Machine.Settle(true)
	r.midway = false
	r.pause = 0
	if r.Observer != nil {
		r.Observer.Committed(r.Partition, len(recs), len(changes), time.Since(start))
	}
	return nil
}

func (r *Runner) changes(ctx context.Context) (changes []state.Change, err error) {
	for {
		var missing []state.Ref
		r.turns.take(func() { changes, missing, err = r.Machine.Changes() })
		switch {
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrStep, err)
		case len(missing) == 0:
			return changes, nil
		}
		if err := r.give(ctx, missing); err != nil {
			return nil, err
		}
	}
}

// recover forgets what is held and goes on from the offset that the store has: after a commit whose
// outcome is unknown, or a store that lost its last writes, that is where the truth is.
func (r *Runner) recover(ctx context.Context, cause error) error {
	r.Logger.Warn("partition starts over from the store", "partition", r.Partition, "offset", r.meta.Offset, "cause", cause)
	r.hold(cause)
	r.Machine.Settle(false)
	r.midway = false
	if err := wait(ctx, r.pause); err != nil {
		return err
	}
	r.pause = min(max(2*r.pause, firstPause), maxPause)
	return r.retry(ctx, "read offset", func() error {
		meta, err := r.Store.Meta(ctx, r.Partition)
		if err != nil {
			return of(ErrStore, err)
		}
		switch {
		case meta.Epoch > r.meta.Epoch:
			return fmt.Errorf("%w: epoch %d, not %d", ErrFenced, meta.Epoch, r.meta.Epoch)
		case meta.Epoch < r.meta.Epoch: // the store lost our claim with its last writes
			if meta, err = r.Store.Claim(ctx, r.Partition); err != nil {
				return of(ErrStore, err)
			}
		}
		r.meta = meta
		return r.verify(ctx)
	})
}

// commitGrace bounds one commit, which is not cut off by the end of its runner.
const commitGrace = 10 * time.Second

const (
	firstPause = 50 * time.Millisecond
	maxPause   = 5 * time.Second
)

// retry calls f until it succeeds, fails for good, or ctx ends.
func (r *Runner) retry(ctx context.Context, what string, f func() error) error {
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		err := f()
		if err == nil || final(err) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.Logger.Warn("partition waits", "partition", r.Partition, "for", what, "pause", pause, "cause", err)
		r.hold(err)
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

// wait waits, or fails when ctx ends first.
func wait(ctx context.Context, pause time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
		return nil
	}
}
