package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// memoryOutput is one partition of a topic that a relay writes to.
type memoryOutput struct {
	mu      sync.Mutex
	records []event.Record
	fails   *chance
}

func (o *memoryOutput) Tail(_ context.Context, _, most int) ([]event.Record, error) {
	if o.fails.hits() {
		return nil, errNetwork
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.records[max(0, len(o.records)-most):]), nil
}

func (o *memoryOutput) Send(_ context.Context, _ int, recs []event.Record) error {
	if o.fails.hits() {
		return errNetwork
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.records = append(o.records, recs...)
	return nil
}

// calendar is the time that a relay is told: it begins in 2026, goes on with the bubble's and leaps ahead of it, until
// it is held.
type calendar struct {
	mu     sync.Mutex
	began  time.Time
	leaped time.Duration
	held   time.Time
}

func newCalendar() *calendar { return &calendar{began: time.Now()} }

func (c *calendar) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held.IsZero() {
		return c.held
	}
	return time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC).Add(c.leaped + time.Since(c.began))
}

func (c *calendar) leap(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leaped += by
}

func (c *calendar) hold() {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = now
}

// ownLog is the log of the partition, as the relay writes to it.
type ownLog struct {
	*memoryLog
	calendar *calendar
}

func (l ownLog) Tail(context.Context, int, int) ([]event.Record, error) { return nil, nil }

func (l ownLog) Send(_ context.Context, _ int, recs []event.Record) error {
	for _, rec := range recs {
		rec.Time = l.calendar.now().UnixMilli()
		l.append(rec, 0)
	}
	return nil
}

// ticks are the hours of the ticks in the log.
func (l ownLog) ticks() (hours []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.records {
		if hour, ok := event.TickOf(&l.records[i]); ok {
			hours = append(hours, event.FormatInstant(hour))
		}
	}
	return hours
}

// desk is a partition with what is published of it.
type desk struct {
	*bench
	layouts  map[string]*metric.Layout
	plan     *publish.Plan
	output   *memoryOutput
	calendar *calendar        // of the log
	now      func() time.Time // as relays take it to be
}

// declared is of each kind of series one that is published.
const declared = `
tenants:
  default:
    publish:
      - {metric: deals_won, window: qtd}
      - {metric: win_rate, window: 30d, by: [owner]}
      - {metric: open_pipeline, window: mtd, by: [team]}
      - {metric: sales_cycle_length, window: qtd}
`

func newDesk(t testing.TB, b *bench) *desk {
	t.Helper()
	c, err := config.Parse([]byte(declared))
	if err != nil {
		t.Fatal(err)
	}
	layouts, err := c.Layouts()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := c.Plan(layouts, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	all := newCalendar()
	return &desk{b, layouts, plan, &memoryOutput{}, all, all.now}
}

func (d *desk) machine() engine.Machine {
	return aggregate.New(d.layouts, aggregate.Options{Publish: d.plan})
}

func (d *desk) relay(owner engine.Owner, rows engine.Outbox) *engine.Relay {
	return &engine.Relay{
		Owner: owner, Outbox: rows, Output: d.output, Events: ownLog{d.log, d.calendar}, Publisher: publish.New(d.plan, 0, "log1"),
		Logger: slog.New(slog.DiscardHandler), Now: d.now,
	}
}

// own runs the partition with its relay until the function that is returned is called.
func (d *desk) own() (stop func() error) {
	ctx, cancel := context.WithCancel(d.t.Context())
	ended := make(chan error, 1)
	pool := engine.Pool{
		Members: engine.All(1), Logger: slog.New(slog.DiscardHandler),
		Runner: func(int) *engine.Runner { return d.runner(d.machine()) },
		Relay:  func(_ int, owner *engine.Runner) *engine.Relay { return d.relay(owner, d.store) },
	}
	go func() { ended <- pool.Run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}

// quiet holds the clock in the next hour (this one may have been ticked by a clock that was ahead, which was not taken),
// and waits until the partition knows it, nothing is marked any more, and all records are applied.
func (d *desk) quiet() error {
	wait(time.Minute)
	d.calendar.leap(time.Hour)
	d.calendar.hold()
	hour := d.calendar.now().Truncate(time.Hour).UnixMilli()
	reads := []state.Read{{Key: publish.MarksKey}, {Key: publish.ClockRef.Key, Fields: []string{publish.ClockRef.Field}}}
	var ticked int64
	for range 3000 {
		wait(time.Second)
		meta, rows, err := d.store.Cut(d.t.Context(), 0, reads)
		if err == nil {
			ticked, err = publish.LastTick(rows[1][0].Value)
		}
		if err != nil {
			return err
		}
		if meta.Offset == d.log.End() && len(rows[0]) == 0 && ticked >= hour {
			return nil
		}
	}
	return fmt.Errorf("it is %s, the last tick was at %s, and there are marks or records", event.FormatInstant(hour), event.FormatInstant(ticked))
}

// last is what was sent last under each type and subject, and how it is ordered.
func (d *desk) last() (data map[string]map[string]any, err error) {
	d.output.mu.Lock()
	defer d.output.mu.Unlock()
	data, sequence := map[string]map[string]any{}, map[string]string{}
	for i := range d.output.records {
		var e event.Event
		if err := event.FromRecord(&d.output.records[i], &e); err != nil {
			return nil, err
		}
		name := e.Type + " " + e.Subject
		if e.Sequence < sequence[name] {
			continue
		}
		sequence[name], data[name] = e.Sequence, nil
		body := map[string]any{}
		if err := json.Unmarshal(e.Data, &body); err != nil {
			return nil, err
		}
		data[name] = body
	}
	return data, nil
}

// answers is what a publisher that never sent anything says of the state now.
func (d *desk) answers() (map[string]map[string]any, error) {
	fresh := desk{bench: d.bench, layouts: d.layouts, plan: d.plan, output: &memoryOutput{}}
	p := publish.New(d.plan, 0, "log1")
	meta, rows, err := d.store.Cut(d.t.Context(), 0, p.Marks())
	if err != nil {
		return nil, err
	}
	for _, g := range metric.Groups {
		rows[1] = append(rows[1], state.Row{Field: "default\x1f" + g.Name, Value: []byte{2}})
	}
	plan, err := p.Plan(meta, rows)
	if err != nil {
		return nil, err
	}
	for _, part := range plan.Parts {
		meta, rows, err := d.store.Cut(d.t.Context(), 0, part.Reads())
		if err != nil {
			return nil, err
		}
		out, err := part.Publish(meta, rows)
		if err != nil {
			return nil, err
		}
		fresh.output.records = append(fresh.output.records, out.Records...)
	}
	return fresh.last()
}

// published holds what was sent last of every series against what the state says.
func (d *desk) published() error {
	last, err := d.last()
	if err != nil {
		return err
	}
	want, err := d.answers()
	if err != nil {
		return err
	}
	if len(want) == 0 {
		return errors.New("there are no series")
	}
	var errs []error
	for name := range want {
		if !reflect.DeepEqual(last[name]["values"], want[name]["values"]) || last[name]["as_of"] != want[name]["as_of"] {
			errs = append(errs, fmt.Errorf("%s was sent as\n%v, and is\n%v", name, last[name], want[name]))
		}
	}
	return errors.Join(errs...)
}

// corrected holds what was said last of each period against what the state says.
func (d *desk) corrected() error {
	last, err := d.last()
	if err != nil {
		return err
	}
	var errs []error
	for name := range last {
		kind, subject, _ := strings.Cut(name, " ")
		if kind != publish.Corrected {
			continue
		}
		now, err := d.period(subject)
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(last[name]["new"], now) {
			errs = append(errs, fmt.Errorf("%s was corrected to\n%v, and is\n%v", subject, last[name]["new"], now))
		}
	}
	return errors.Join(errs...)
}

// period answers for the month or quarter of a correction, as its last day ended.
func (d *desk) period(subject string) (values any, err error) {
	id, rest, _ := strings.Cut(subject, "/")
	window, by, split := strings.Cut(rest, "/")
	layout := d.layouts["default"]
	w, err := layout.Def.Calendar.Window(window, 20_000)
	if err != nil {
		return nil, err
	}
	req := metric.Request{Window: w.Span, AsOf: w.To - 1, Stand: w.To - 1, Currency: "EUR"}
	if split {
		dim, _ := ledger.DimOf(by)
		req.By = []ledger.Dim{dim}
	}
	q, err := metric.Ask(metric.Find(id), layout, req)
	if err != nil {
		return nil, err
	}
	_, rows, err := d.store.Cut(d.t.Context(), 0, q.Reads("default"))
	if err != nil {
		return nil, err
	}
	list, _, err := q.Answer(rows, 5)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return values, json.Unmarshal(text, &values)
}
