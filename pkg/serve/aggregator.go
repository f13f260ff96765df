// Package serve is the bodies of the services: each opens what it needs, runs until its context ends, and
// closes what it opened. The programs of services wire flags to them; the all-in-one runs all three.
// Nothing is decided here that a package below could decide.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
	"weir.dev/weir/pkg/telemetry"
)

// Parts are what a service runs on.
type Parts struct {
	Config   config.Config
	Kafka    []string // brokers
	Redis    string
	Alone    bool         // no other process runs partitions: an aggregator takes them all
	Listener net.Listener // of the service's own HTTP, which it closes
	Logger   *slog.Logger
}

// Aggregator applies partitions of the event log to the store, until ctx ends: all of them, or its share of
// them among those that run. Its HTTP has health and metrics only; it is ready once it knows its partitions and
// while none of them has stopped or waits. A log or store whose settings are not as they must be is waited for.
func Aggregator(ctx context.Context, p Parts) error {
	layouts, err := p.Config.Layouts()
	if err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	log, err := openLog(ctx, p)
	if log != nil {
		defer log.Close()
	}
	if err != nil && settingAlarm(err) == "" {
		return errors.Join(err, p.Listener.Close())
	}
	rows, err := openStore(ctx, p)
	if rows != nil {
		defer func() { _ = rows.Close() }() // nothing is written any more
	}
	if err != nil && settingAlarm(err) == "" {
		return errors.Join(err, p.Listener.Close())
	}

	reg := telemetry.Registry()
	a := &aggregator{
		layouts: layouts, log: log, rows: rows, logger: p.Logger, intake: intakeLayout(p.Config.Partitions),
		metrics: telemetry.NewEngineMetrics(reg), published: telemetry.NewPublishMetrics(reg),
		partitions: p.Config.Partitions, stopped: map[int]string{}, held: map[int]string{},
	}
	if err := a.plan(ctx, p.Config); err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	members, leave, err := p.members(log)
	if err != nil {
		return errors.Join(err, p.Listener.Close())
	}
	defer leave()
	pool := engine.Pool{Members: members, Runner: a.runner, Relay: a.relay, Logger: p.Logger, Started: a.start, Stopped: a.stop}
	return Beside(ctx,
		func(ctx context.Context) error { return HTTP(ctx, p.Listener, telemetry.Ops(a.ready, reg)) },
		func(ctx context.Context) error {
			p.Logger.Info("aggregator ready", "addr", p.Listener.Addr().String(), "partitions", p.Config.Partitions)
			return a.run(ctx, &pool)
		},
	)
}

// run runs the partitions until ctx ends, or none is left. One that is fenced everywhere stays, and says
// so: if it ended, whoever watches over it would start it again, and it would take the partitions back
// from the rightful owner, for ever.
func (a *aggregator) run(ctx context.Context, pool *engine.Pool) error {
	err := a.watched(ctx, pool, a.partitions)
	if errors.Is(err, engine.ErrStopped) && a.fenced() {
		a.logger.Error("another aggregator has taken over; this one does nothing more until it is told to end")
		<-ctx.Done()
		return nil
	}
	return err
}

// members is how this aggregator comes to its partitions: as a member of the group of all aggregators with the same
// definition. Those with another one must not hold partitions that they cannot run.
func (p Parts) members(log *eventlog.Client) (members engine.Members, leave func(), err error) {
	if p.Alone {
		return engine.All(p.Config.Partitions), func() {}, nil
	}
	group, err := log.Join("weir.aggregator."+p.Config.Identity()[:groupIdentity], eventlog.Events)
	if err != nil {
		return nil, nil, err
	}
	return group, func() { _ = group.Close() }, nil // the group finds out by itself
}

// groupIdentity is how many digits of the definition's hash name its group.
const groupIdentity = 16

// openLog connects to the event log and makes sure of its topics. Where one is not as it must be, the client is
// returned beside the error.
func openLog(ctx context.Context, p Parts) (*eventlog.Client, error) {
	log, err := eventlog.Dial(ctx, p.Kafka, p.Logger)
	if err != nil {
		return nil, err
	}
	return log, log.Ensure(ctx, eventlog.Topics(p.Config.Partitions)...)
}

// intakeLayout is what writers know of the log.
func intakeLayout(partitions int) ingest.Layout {
	return ingest.Layout{
		Partition:   func(tenant string) int { return eventlog.PartitionOf(tenant, partitions) },
		ErrTooLarge: eventlog.ErrTooLarge,
	}
}

// openStore connects to the store and checks that it may be trusted with state. Where it may not, it is returned
// beside the error.
func openStore(ctx context.Context, p Parts) (*store.Store, error) {
	rows, err := store.Dial(p.Redis, store.Config{Definition: p.Config.Identity(), Partitions: p.Config.Partitions})
	if err != nil {
		return nil, err
	}
	servers, err := rows.Check(ctx)
	for _, s := range servers {
		for _, warning := range s.Warnings {
			level := slog.LevelWarn
			if errors.Is(warning, store.ErrUnverified) {
				level = slog.LevelInfo
			}
			p.Logger.Log(ctx, level, "store", "version", s.Version, "warning", warning)
		}
	}
	return rows, err
}

// aggregator is the state of a running aggregator.
type aggregator struct {
	layouts   map[string]*metric.Layout
	plans     []*publish.Plan // by partition
	log       *eventlog.Client
	logID     string
	rows      *store.Store
	logger    *slog.Logger
	intake    ingest.Layout
	metrics   *telemetry.EngineMetrics
	published *telemetry.PublishMetrics

	partitions int

	mu      sync.Mutex
	started bool           // it was told which partitions are its
	stopped map[int]string // alarms, by partition
	held    map[int]string // alarms of what passes, by partition
	setting string         // the alarm of a setting of the log or the store, for which all partitions wait
}

// plan finds out what each partition publishes.
func (a *aggregator) plan(ctx context.Context, c config.Config) (err error) {
	if a.logID, err = a.log.ID(ctx); err != nil {
		return err
	}
	a.plans = make([]*publish.Plan, c.Partitions)
	for partition := range a.plans {
		home := func(tenant string) bool { return a.intake.Partition(tenant) == partition }
		if a.plans[partition], err = c.Plan(a.layouts, home); err != nil {
			return err
		}
	}
	return nil
}

func (a *aggregator) relay(partition int, owner *engine.Runner) *engine.Relay {
	return &engine.Relay{
		Partition: partition, Owner: owner, Outbox: a.rows, Output: a.log.Topic(eventlog.Metrics), Events: a.log.Topic(eventlog.Events),
		Publisher: publish.New(a.plans[partition], partition, a.logID), Logger: a.logger, Observer: a.published,
	}
}

func (a *aggregator) runner(partition int) *engine.Runner {
	machine := aggregate.New(a.layouts, aggregate.Options{Publish: a.plans[partition]})
	letters := ingest.NewDeadLetters(a.log, a.intake)
	return &engine.Runner{
		Partition: partition, Log: a.log.Topic(eventlog.Events), Store: a.rows, Machine: machine, Logger: a.logger,
		Observer: &observer{EngineMetrics: a.metrics, machine: machine, held: a.hold},
		Refuse: func(ctx context.Context, partition int, r state.Refused) error {
			return letters.Refuse(ctx, eventlog.Events, partition, r)
		},
	}
}

// start forgets the alarms of partitions that were this process' before.
func (a *aggregator) start(partitions []int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.started = partitions != nil
	for partition, alarm := range a.stopped {
		a.metrics.Alarm(partition, alarm, false)
	}
	clear(a.stopped)
}

func (a *aggregator) stop(partition int, alarm string, _ error) {
	a.metrics.Alarm(partition, alarm, true)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped[partition] = alarm
}

// hold notes what a partition waits for; "" when it goes on.
func (a *aggregator) hold(partition int, alarm string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held[partition] = alarm; alarm == "" {
		delete(a.held, partition)
	}
}

// fenced tells whether another aggregator has taken a partition.
func (a *aggregator) fenced() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, alarm := range a.stopped {
		if alarm == engine.Alarm(engine.ErrFenced) {
			return true
		}
	}
	return false
}

func (a *aggregator) ready() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.setting != "" {
		return errors.New("all partitions: " + a.setting)
	}
	var list []string
	if !a.started {
		list = append(list, "waiting for a share of the partitions")
	}
	for _, alarms := range []map[int]string{a.stopped, a.held} {
		for partition, alarm := range alarms {
			where := fmt.Sprintf("partition %d", partition)
			if partition == everyPartition {
				where = "all partitions"
			}
			list = append(list, where+": "+alarm)
		}
	}
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	return errors.New(strings.Join(list, ", "))
}

// observer also counts what the machine of a partition found to be repeated.
type observer struct {
	*telemetry.EngineMetrics
	machine *aggregate.Machine
	held    func(partition int, alarm string)
	last    aggregate.Counts
}

// Held is told by the goroutine that runs the partition.
func (o *observer) Held(partition int, alarm string) {
	o.EngineMetrics.Held(partition, alarm)
	o.held(partition, alarm)
}

// Committed is called by the goroutine that runs the machine.
func (o *observer) Committed(partition, records, rows int, took time.Duration) {
	o.EngineMetrics.Committed(partition, records, rows, took)
	now := o.machine.Counts()
	o.EngineMetrics.Repeated(now.Duplicates-o.last.Duplicates, now.Conflicts-o.last.Conflicts)
	o.last = now
}

// Beside runs functions side by side; when one ends, the others are told to end too. It returns the first
// error.
func Beside(ctx context.Context, run ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(run))
	for _, f := range run {
		go func() { errs <- f(ctx) }()
	}
	var first error
	for range run {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
		cancel()
	}
	return first
}

const (
	headerTimeout   = 5 * time.Second
	shutdownTimeout = 10 * time.Second
)

// HTTP serves until ctx ends, and then finishes the requests under way.
func HTTP(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	return server.Shutdown(grace)
}
