package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"weir.dev/weir/pkg/state"
)

// Owner is what a relay asks of whoever applies the partition's records.
type Owner interface {
	// Epoch is that of its claim, 0 while it has none.
	Epoch() int64
	// CaughtUp reports whether all that was in the log a moment ago is applied.
	CaughtUp() bool
}

// RelayObserver is told what a relay does. Its methods must be quick.
type RelayObserver interface {
	// Published is called when records were acknowledged.
	Published(partition, records int)
	// Waiting tells, about once a second, how many series wait to be answered, and since when.
	Waiting(partition, series int, since time.Duration)
}

// Relay sends what one partition's records made, while it is owned: it looks about once a second for what is
// marked, answers it, sends it, and clears each mark that has not moved. It writes the ticks too. A crash
// between sending and clearing sends once more what is the same, under the same id.
type Relay struct {
	Partition int
	Owner     Owner
	Outbox    Outbox
	Output    Output // of what is published
	Events    Output // the partition's own log, for ticks
	Publisher Publisher
	Logger    *slog.Logger
	Observer  RelayObserver    // may be nil
	Now       func() time.Time // nil: time.Now

	resumed bool
	behind  bool      // the state is behind what was sent of it
	ticked  time.Time // the last hour whose ticks were written
	waiting time.Time // since when something waits; zero while nothing does
}

// errNotOurs says that a cut is not of the owner's claim.
var errNotOurs = errors.New("the partition has another owner, or none")

const (
	relayPeriod = time.Second
	// A round may take this part of the time, so that a large partition is answered for less often; and less of
	// it while records wait, since what is sent then is soon to be sent again.
	relayShare  = 10
	behindShare = 100
	longestRest = 10 * time.Second
)

// Run works until ctx ends. What fails is logged the first time, and tried again.
func (r *Relay) Run(ctx context.Context) {
	if r.Now == nil {
		r.Now = time.Now
	}
	failing := false
	for ctx.Err() == nil {
		began := r.Now()
		err := r.round(ctx)
		if failed := err != nil && !errors.Is(err, errNotOurs) && ctx.Err() == nil; failed != failing {
			failing = failed
			if failed {
				r.Logger.Warn("nothing is sent until this passes", "partition", r.Partition, "cause", err)
			} else {
				r.Logger.Info("sending again", "partition", r.Partition)
			}
		}
		if wait(ctx, r.rest(r.Now().Sub(began))) != nil {
			return
		}
	}
}

// rest is how long the relay rests after a round.
func (r *Relay) rest(took time.Duration) time.Duration {
	share := time.Duration(relayShare)
	if !r.Owner.CaughtUp() {
		share = behindShare
	}
	return min(max(relayPeriod, took*(share-1)), longestRest)
}

// round sends what is marked now, and the ticks that are due.
func (r *Relay) round(ctx context.Context) error {
	if err := r.resume(ctx); err != nil {
		return err
	}
	caughtUp := r.Owner.CaughtUp() // before the clock is read
	meta, rows, err := r.cut(ctx, r.Publisher.Marks())
	if err != nil {
		return err
	}
	plan, err := r.Publisher.Plan(meta, rows)
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if caughtUp {
		if err := r.tick(ctx); err != nil {
			return err
		}
	}
	if plan.Behind > 0 {
		if !r.behind {
			r.Logger.Info("nothing is sent until the state is back where it was", "partition", r.Partition, "records", plan.Behind)
		}
		r.behind = true
		return nil
	}
	r.behind = false
	r.waits(plan.Series)
	if len(plan.Drop.Rows) > 0 {
		if err := r.Outbox.Clear(ctx, r.Partition, plan.Drop); err != nil {
			return err
		}
	}
	for _, part := range plan.Parts {
		if stale, err := r.send(ctx, part); err != nil || stale {
			return err
		}
	}
	r.Publisher.Settled()
	r.waits(0)
	return nil
}

// tail is how many records are read of the output's end: what they tell need not be sent again.
const tail = 5000

// resume reads the end of the output, once, and again where it is not known what became of a sending. What no
// publisher wrote is passed over.
func (r *Relay) resume(ctx context.Context) error {
	switch {
	case r.Owner.Epoch() == 0:
		return errNotOurs
	case r.resumed:
		return nil
	}
	recs, err := r.Output.Tail(ctx, r.Partition, tail)
	if err != nil {
		return err
	}
	if err := r.Publisher.Resume(recs); err != nil {
		r.Logger.Warn("the output holds what is not known here; sending goes on behind it", "partition", r.Partition, "cause", err)
	}
	r.resumed = true
	return nil
}

// cut reads rows, as the owner has them.
func (r *Relay) cut(ctx context.Context, reads []state.Read) (state.Meta, [][]state.Row, error) {
	epoch := r.Owner.Epoch()
	if epoch == 0 {
		return state.Meta{}, nil, errNotOurs
	}
	meta, rows, err := r.Outbox.Cut(ctx, r.Partition, reads)
	if err == nil && meta.Epoch != epoch {
		err = errNotOurs
	}
	return meta, rows, err
}

// tick writes the ticks that are due, once an hour. The plan must have been made of all that is in the log.
func (r *Relay) tick(ctx context.Context) error {
	hour := r.Now().Truncate(time.Hour)
	if hour.Equal(r.ticked) { // it may lie before: a clock that was ahead is mended
		return nil
	}
	if recs := r.Publisher.Ticks(hour.UnixMilli()); len(recs) > 0 {
		if err := r.Events.Send(ctx, r.Partition, recs); err != nil {
			return fmt.Errorf("tick: %w", err)
		}
	}
	r.ticked = hour
	return nil
}

// send answers a part and sends it; stale where it must be planned anew.
func (r *Relay) send(ctx context.Context, part state.Part) (stale bool, err error) {
	meta, rows, err := r.cut(ctx, part.Reads())
	if err != nil {
		return false, err
	}
	out, err := part.Publish(meta, rows)
	if err != nil || out.Stale {
		return out.Stale, err
	}
	if len(out.Records) > 0 {
		if err := r.Output.Send(ctx, r.Partition, out.Records); err != nil {
			r.resumed = false // they may be there all the same
			return false, err
		}
		if r.Observer != nil {
			r.Observer.Published(r.Partition, len(out.Records))
		}
	}
	part.Sent()
	return false, r.Outbox.Clear(ctx, r.Partition, out.Clear)
}

// waits tells the observer what waits to be sent, and since when.
func (r *Relay) waits(series int) {
	now := r.Now()
	if series == 0 {
		r.waiting = time.Time{}
	} else if r.waiting.IsZero() {
		r.waiting = now
	}
	if r.Observer == nil {
		return
	}
	var since time.Duration
	if !r.waiting.IsZero() {
		since = now.Sub(r.waiting)
	}
	r.Observer.Waiting(r.Partition, series, since)
}
