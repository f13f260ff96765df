// Package rebuild makes the state of a partition anew from the log, in a generation beside the live one, and
// puts it in that one's place. The same path serves a changed definition, a state that is damaged, and one
// whose numbers are doubted. It folds nothing itself: that is the engine's, with the step that it is given.
package rebuild

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
)

// Live is the store whose generation answers.
type Live interface {
	audit.Store
	// Meta fails with engine.ErrDefinition where another definition's generation is live.
	Meta(ctx context.Context, partition int) (state.Meta, error)
	// Position is the offset of whatever generation is live, 0 where none is.
	Position(ctx context.Context, partition int) (int64, error)
	// Flip puts the built generation in the place of the live one; it fails with an error that Behind
	// recognises where that one has got further, or has moved meanwhile.
	Flip(ctx context.Context, partition int) error
}

// Built is the store of the generation that is built beside.
type Built interface {
	audit.Store
	engine.Store
}

// Job is the rebuild of one partition.
type Job struct {
	Partition int
	Log       engine.Log
	Live      Live
	Built     Built
	Runner    func(log engine.Log) *engine.Runner // over Built
	Behind    func(error) bool
	Rate      int // events a second at most; 0 for as fast as it goes
	Progress  func(offset, end int64)
	Logger    *slog.Logger
}

// Result is what became of a partition.
type Result struct {
	Offset      int64              // at which the new generation took over
	Compared    bool               // with the live one, cell by cell, at one offset
	Cells       int                // that were compared
	Differences []audit.Difference // in which the one before differs from the new one
}

// Run builds the generation, compares it with the live one where that has the same definition and can be read,
// and flips. It can be cut at any time and run again: it goes on where it was.
func (j *Job) Run(ctx context.Context) (Result, error) {
	if _, err := j.Built.Claim(ctx, j.Partition); err != nil {
		return Result{}, err
	}
	if err := j.upTo(ctx, func() (int64, error) { return j.Live.Position(ctx, j.Partition) }); err != nil {
		return Result{}, err
	}
	result, err := j.compare(ctx)
	if err != nil {
		return result, err
	}
	for {
		err := j.Live.Flip(ctx, j.Partition)
		if err == nil {
			break
		}
		if !j.Behind(err) {
			return result, err
		}
		if err := j.upTo(ctx, func() (int64, error) { return j.Live.Position(ctx, j.Partition) }); err != nil {
			return result, err
		}
	}
	meta, err := j.Built.Meta(ctx, j.Partition)
	result.Offset = meta.Offset
	return result, err
}

// compare holds the live cells, at the offset of one cut, against those that are built up to there.
func (j *Job) compare(ctx context.Context) (Result, error) {
	if _, err := j.Live.Meta(ctx, j.Partition); err != nil {
		j.Logger.Warn("not compared with the live generation", "partition", j.Partition, "cause", err)
		return Result{}, ctx.Err()
	}
	meta, live, err := audit.Cells(ctx, j.Live, j.Partition)
	if err != nil {
		j.Logger.Warn("not compared with the live generation", "partition", j.Partition, "cause", err)
		return Result{}, ctx.Err()
	}
	if err := j.upTo(ctx, func() (int64, error) { return meta.Offset, nil }); err != nil {
		return Result{}, err
	}
	at, built, err := audit.Cells(ctx, j.Built, j.Partition)
	if err != nil || at.Offset != meta.Offset {
		return Result{}, err
	}
	r := Result{Compared: true}
	r.Cells, r.Differences = audit.Compare(built, live)
	return r, nil
}

// upTo runs the step until the generation has applied all records below an offset, which is asked for again once
// it was reached: the live generation goes on meanwhile.
func (j *Job) upTo(ctx context.Context, goal func() (int64, error)) error {
	for {
		end, err := goal()
		if err != nil {
			return err
		}
		meta, err := j.Built.Meta(ctx, j.Partition)
		if err != nil {
			return err
		}
		if meta.Offset >= end {
			return nil
		}
		if err := j.run(ctx, end); err != nil {
			return err
		}
	}
}

// errReached ends a run.
var errReached = errors.New("the records below the goal are applied")

// run applies the records below an offset.
func (j *Job) run(ctx context.Context, end int64) error {
	ctx, reached := context.WithCancelCause(ctx)
	defer reached(nil)
	err := j.Runner(&bounded{job: j, end: end, reached: reached}).Run(ctx)
	if errors.Is(context.Cause(ctx), errReached) {
		return nil
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// bounded is a log that ends at an offset, and gives no more records a second than the job may read.
type bounded struct {
	job     *Job
	end     int64
	reached context.CancelCauseFunc
}

// Fetch is asked for the next records once those before are committed.
func (b *bounded) Fetch(ctx context.Context, partition int, offset int64) (engine.Batch, error) {
	b.job.Progress(offset, b.end)
	if offset >= b.end {
		b.reached(errReached)
		return engine.Batch{}, errReached
	}
	batch, err := b.job.Log.Fetch(ctx, partition, offset)
	if err != nil {
		return batch, err
	}
	for i := range batch.Records {
		if batch.Records[i].Offset >= b.end {
			batch.Records = batch.Records[:i]
			break
		}
	}
	return batch, b.job.throttle(ctx, len(batch.Records))
}

// throttle waits as long as so many events may take.
func (j *Job) throttle(ctx context.Context, events int) error {
	if j.Rate <= 0 {
		return nil
	}
	wait := time.NewTimer(time.Duration(events) * time.Second / time.Duration(j.Rate))
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("throttled: %w", ctx.Err())
	}
}
