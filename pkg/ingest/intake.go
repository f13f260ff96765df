package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/telemetry"
)

// The statuses of a Result.
const (
	Accepted = "accepted" // it is in the log
	Rejected = "rejected" // it breaks a rule, and never will be
	Unknown  = "unknown"  // it may or may not be in the log: send it again
)

// Result is what became of one event.
type Result struct {
	Index   int          `json:"index"` // in the batch
	ID      string       `json:"id"`    // empty where it could not be read
	Status  string       `json:"status"`
	Reason  event.Reason `json:"reason,omitempty"`
	Detail  string       `json:"detail,omitempty"`
	Pointer string       `json:"pointer,omitempty"`
}

// gate is the one way into the log, whichever way events come.
type gate struct {
	log     Appender
	letters *DeadLetters
	limits  map[string]*limit // by tenant; nil for none
	layout  Layout
	metrics *telemetry.IngestMetrics
	logger  *slog.Logger
	now     func() time.Time
}

// intake is what one request, or one read of an inbox, brings of one tenant: all of it is judged, then
// all of it is written.
type intake struct {
	gate     *gate
	tenant   string
	currency string // the tenant's
	now      int64
	event    event.Event // of the event that is judged now; its memory serves them all

	results []Result
	good    []event.Record // the events that are good
	origins []origin       // of each of them
	refused []DeadLetter   // the events that are not
}

// origin is where an event of an intake comes from.
type origin struct {
	index int               // of its result
	keep  func() DeadLetter // what is kept of it if it is refused
}

// open begins an intake of about this many events.
func (g *gate) open(tenant, currency string, events int) *intake {
	return &intake{
		gate: g, tenant: tenant, currency: currency, now: g.now().UnixMilli(),
		results: make([]Result, 0, events),
		good:    make([]event.Record, 0, events),
		origins: make([]origin, 0, events),
	}
}

// add judges an event. Read brings it; of an event that is refused, keep says what is kept, beside what
// the intake knows.
func (in *intake) add(read func(*event.Event) error, keep func() DeadLetter) {
	from := origin{len(in.results), keep}
	rec, refusal := in.judge(read)
	in.results = append(in.results, Result{Index: from.index, ID: clip(in.event.ID, shownID), Status: Unknown})
	if refusal != nil {
		in.refused = append(in.refused, in.refuse(from, refusal))
		return
	}
	in.good = append(in.good, rec)
	in.origins = append(in.origins, from)
}

// refuse tells that an event is refused, and makes its letter.
func (in *intake) refuse(from origin, why *event.Refusal) DeadLetter {
	r := &in.results[from.index]
	r.Status, r.Reason, r.Detail, r.Pointer = Rejected, why.Reason, why.Detail, why.Pointer
	letter := from.keep()
	letter.Tenant, letter.ID = in.tenant, r.ID
	letter.Reason, letter.Detail, letter.Pointer = why.Reason, why.Detail, why.Pointer
	return letter
}

// judge reads and checks an event. One that breaks the reader is refused as one that breaks a rule is:
// it must not stop those behind it.
func (in *intake) judge(read func(*event.Event) error) (rec event.Record, refusal *event.Refusal) {
	defer func() {
		if fault := recover(); fault != nil {
			in.gate.logger.Error("reading an event panicked", "panic", fault, "stack", string(debug.Stack()))
			refusal = &event.Refusal{Reason: event.Malformed, Detail: "a fault of the reader, not of the event: please report it"}
		}
	}()
	in.event.ID = "" // a fault must not be blamed on the event before
	err := read(&in.event)
	if err == nil {
		_, err = in.event.Validate(in.now, in.currency)
	}
	if err != nil {
		return event.Record{}, refusalOf(err)
	}
	return in.event.ToRecord(in.tenant), nil
}

// write puts the good events into the log and the refused ones to the dead letters, and returns when
// both are acknowledged, with the offset of the last event; below 0 where there is none. After an error
// the results tell of each event.
func (in *intake) write(ctx context.Context) (last int64, err error) {
	lettered := make(chan error, 1)
	go func() { lettered <- in.gate.put(ctx, in.tenant, in.refused) }()
	last, late, err := in.append(ctx, in.good, in.origins)
	in.gate.accepted(in.results)
	return last, errors.Join(err, <-lettered, in.gate.put(ctx, in.tenant, late))
}

// append writes good events. What turns out to be too large for the topic is refused late.
func (in *intake) append(ctx context.Context, recs []event.Record, from []origin) (last int64, late []DeadLetter, err error) {
	if len(recs) == 0 {
		return -1, nil, nil
	}
	_, last, err = in.gate.log.Append(ctx, eventsTopic, in.gate.layout.Partition(in.tenant), recs)
	in.gate.told(err)
	switch {
	case err == nil:
		for _, o := range from {
			in.results[o.index].Status = Accepted
		}
		return last, nil, nil
	case !errors.Is(err, in.gate.layout.ErrTooLarge):
		return -1, nil, fmt.Errorf("events: %w", err)
	case len(recs) == 1:
		why := &event.Refusal{Reason: event.TooLarge, Detail: "the event, with its attributes, is larger than the log takes"}
		return -1, []DeadLetter{in.refuse(from[0], why)}, nil
	}
	half := len(recs) / 2
	first, lateFirst, errFirst := in.append(ctx, recs[:half], from[:half])
	last, late, err = in.append(ctx, recs[half:], from[half:])
	return max(first, last), append(lateFirst, late...), errors.Join(errFirst, err)
}

// told raises the alarm of a log that takes no events, and clears it once it takes some.
func (g *gate) told(err error) {
	if errors.Is(err, context.Canceled) { // by the sender, or at the end
		return
	}
	alarm := ""
	if err != nil && !errors.Is(err, g.layout.ErrTooLarge) {
		alarm = engine.Alarm(fmt.Errorf("%w: %w", engine.ErrLog, err))
	}
	if !g.metrics.Held(alarm) {
		return
	}
	if alarm != "" {
		g.logger.Error("no events are taken in", "alarm", alarm, "cause", err)
	} else {
		g.logger.Info("events are taken in again")
	}
}

// put writes letters and counts them.
func (g *gate) put(ctx context.Context, tenant string, letters []DeadLetter) error {
	if err := g.letters.put(ctx, tenant, letters); err != nil {
		return err
	}
	for i := range letters {
		g.metrics.Rejected(string(letters[i].Reason), 1)
		g.metrics.Lettered(string(letters[i].Reason), letters[i].Source, 1)
	}
	return nil
}

// accepted counts the events that the log has.
func (g *gate) accepted(results []Result) {
	n := 0
	for i := range results {
		if results[i].Status == Accepted {
			n++
		}
	}
	if n > 0 {
		g.metrics.Accepted(n)
	}
}
