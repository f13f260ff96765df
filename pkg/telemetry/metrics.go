package telemetry

import (
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"weir.dev/weir/pkg/state"
)

// buckets, in seconds, reach from a cached answer to what everyone has given up on.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// IngestMetrics counts what the ingestor takes in. Nil counts nothing. It is safe for concurrent use,
// as all of this file are.
type IngestMetrics struct {
	accepted prometheus.Counter
	rejected *prometheus.CounterVec
	letters  *prometheus.CounterVec
	limited  *prometheus.CounterVec
	seconds  prometheus.Histogram
	alarm    *prometheus.GaugeVec

	mu     sync.Mutex
	raised string // the alarm of what events cannot be taken in for
}

// NewIngestMetrics registers the ingestor's metrics; it panics where they are registered already. It
// is nil without a registry.
func NewIngestMetrics(reg prometheus.Registerer) *IngestMetrics {
	if reg == nil {
		return nil
	}
	m := &IngestMetrics{
		accepted: counter("weir_events_accepted_total", "Events that are in the log."),
		rejected: counters("weir_events_rejected_total", "Events that were refused.", "reason"),
		letters:  counters("weir_deadletters_total", "Dead letters that were written, by where the event came from.", "reason", "source"),
		limited:  counters("weir_limited_total", "Requests that were refused, and parts of inboxes that waited, beyond a tenant's limit.", "tenant", "source"),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "weir_ingest_seconds", Buckets: buckets,
			Help: "Time of a request, until its last event is acknowledged.",
		}),
		alarm: alarmGauge(reg),
	}
	reg.MustRegister(m.accepted, m.rejected, m.letters, m.limited, m.seconds)
	return m
}

// Accepted counts n events that the log has acknowledged.
func (m *IngestMetrics) Accepted(n int) {
	if m != nil {
		m.accepted.Add(float64(n))
	}
}

// Rejected counts n events that were refused for a reason.
func (m *IngestMetrics) Rejected(reason string, n int) {
	if m != nil {
		m.rejected.WithLabelValues(reason).Add(float64(n))
	}
}

// Lettered counts n dead letters of a reason, of events from a source: http, or a topic.
func (m *IngestMetrics) Lettered(reason, source string, n int) {
	if m != nil {
		m.letters.WithLabelValues(reason, source).Add(float64(n))
	}
}

// Limited counts a request that was refused, or a part of an inbox that has to wait, beyond the tenant's
// limit. The source is http, or a topic.
func (m *IngestMetrics) Limited(tenant, source string) {
	if m != nil {
		m.limited.WithLabelValues(tenant, source).Inc()
	}
}

// Took records how long a request took.
func (m *IngestMetrics) Took(d time.Duration) {
	if m != nil {
		m.seconds.Observe(d.Seconds())
	}
}

// Held raises the alarm of what events cannot be taken in for, in the place of the one before; "" clears it. It
// reports whether anything changed.
func (m *IngestMetrics) Held(name string) (changed bool) {
	if m == nil {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if name == m.raised {
		return false
	}
	if m.raised != "" {
		m.alarm.WithLabelValues(m.raised).Set(0)
	}
	if m.raised = name; name != "" {
		m.alarm.WithLabelValues(name).Set(1)
	}
	return true
}

// EngineMetrics counts what the aggregator applies; it is an engine.Observer. Nil counts nothing.
type EngineMetrics struct {
	applied, refused      *prometheus.CounterVec
	lag, alarm            *prometheus.GaugeVec
	commit                prometheus.Histogram
	duplicates, conflicts prometheus.Counter

	mu     sync.Mutex
	raised map[alarm]bool
	held   map[int]string // by partition, the alarm of what it waits for
}

type alarm struct {
	partition int
	name      string
}

// NewEngineMetrics registers the aggregator's metrics; it panics where they are registered already.
// It is nil without a registry.
func NewEngineMetrics(reg prometheus.Registerer) *EngineMetrics {
	if reg == nil {
		return nil
	}
	m := &EngineMetrics{
		applied:    counters("weir_applied_total", "Records of the log that are in the state.", "partition"),
		refused:    counters("weir_refused_total", "Records of the log that were passed over as dead letters.", "partition"),
		lag:        gauges("weir_lag_events", "Records that wait in the log.", "partition"),
		alarm:      alarmGauge(reg),
		duplicates: counter("weir_duplicates_total", "Events that were known already."),
		conflicts:  counter("weir_conflicts_total", "Events whose id was known with another body."),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "weir_commit_seconds", Help: "Time of a commit to the store.", Buckets: buckets,
		}),
		raised: make(map[alarm]bool), held: make(map[int]string),
	}
	reg.MustRegister(m.applied, m.refused, m.lag, m.duplicates, m.conflicts, m.commit)
	return m
}

// Committed counts a commit of so many records, and how long it took. The number of rows is not kept.
func (m *EngineMetrics) Committed(partition, records, _ int, took time.Duration) {
	if m != nil {
		m.applied.WithLabelValues(strconv.Itoa(partition)).Add(float64(records))
		m.commit.Observe(took.Seconds())
	}
}

// Lag sets how many records of a partition wait in the log.
func (m *EngineMetrics) Lag(partition int, events int64) {
	if m != nil {
		m.lag.WithLabelValues(strconv.Itoa(partition)).Set(float64(events))
	}
}

// Refused counts a record that was passed over.
func (m *EngineMetrics) Refused(partition int, _ state.Refused) {
	if m != nil {
		m.refused.WithLabelValues(strconv.Itoa(partition)).Inc()
	}
}

// Repeated counts events that were known already, and those among them that came with another body.
func (m *EngineMetrics) Repeated(duplicates, conflicts int64) {
	if m != nil {
		m.duplicates.Add(float64(duplicates))
		m.conflicts.Add(float64(conflicts))
	}
}

// Alarm raises or clears an alarm of a partition; to do so again changes nothing.
func (m *EngineMetrics) Alarm(partition int, name string, raised bool) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	gauge, key := m.alarm.WithLabelValues(name), alarm{partition, name}
	switch {
	case raised && !m.raised[key]:
		m.raised[key] = true
		gauge.Inc()
	case !raised && m.raised[key]:
		delete(m.raised, key)
		gauge.Dec()
	}
}

// PublishMetrics counts what the aggregator sends; it is an engine.RelayObserver. Nil counts nothing.
type PublishMetrics struct {
	published  *prometheus.CounterVec
	dirty, lag *prometheus.GaugeVec
}

// NewPublishMetrics registers the metrics of what is sent; it panics where they are registered already. It is
// nil without a registry.
func NewPublishMetrics(reg prometheus.Registerer) *PublishMetrics {
	if reg == nil {
		return nil
	}
	m := &PublishMetrics{
		published: counters("weir_published_total", "Updates and corrections that the output has acknowledged.", "partition"),
		dirty:     gauges("weir_dirty_series", "Published series that have changed and wait to be answered.", "partition"),
		lag:       gauges("weir_publish_lag_seconds", "For how long changed series have been waiting.", "partition"),
	}
	reg.MustRegister(m.published, m.dirty, m.lag)
	return m
}

// Published counts records that were acknowledged.
func (m *PublishMetrics) Published(partition, records int) {
	if m != nil {
		m.published.WithLabelValues(strconv.Itoa(partition)).Add(float64(records))
	}
}

// Waiting sets how many series wait, and since when.
func (m *PublishMetrics) Waiting(partition, series int, since time.Duration) {
	if m != nil {
		m.dirty.WithLabelValues(strconv.Itoa(partition)).Set(float64(series))
		m.lag.WithLabelValues(strconv.Itoa(partition)).Set(since.Seconds())
	}
}

// Held raises the alarm of what a partition waits for, in the place of the one before; "" clears it.
func (m *EngineMetrics) Held(partition int, name string) {
	if m == nil {
		return
	}
	m.mu.Lock()
	before := m.held[partition]
	m.held[partition] = name
	m.mu.Unlock()
	if before != "" {
		m.Alarm(partition, before, false)
	}
	if name != "" {
		m.Alarm(partition, name, true)
	}
}

// QueryMetrics times the answers of the query service. Nil times nothing.
type QueryMetrics struct {
	seconds *prometheus.HistogramVec
}

// NewQueryMetrics registers the query service's metrics; it panics where they are registered already.
// It is nil without a registry.
func NewQueryMetrics(reg prometheus.Registerer) *QueryMetrics {
	if reg == nil {
		return nil
	}
	m := &QueryMetrics{prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "weir_query_seconds", Help: "Time of a request.", Buckets: buckets,
	}, []string{"route"})}
	reg.MustRegister(m.seconds)
	return m
}

// Took records how long a request took. The route is a pattern, such as /v1/metrics/{id}: one series
// is kept for each.
func (m *QueryMetrics) Took(route string, d time.Duration) {
	if m != nil {
		m.seconds.WithLabelValues(route).Observe(d.Seconds())
	}
}

// alarmGauge is the one gauge of all alarms of a registry.
func alarmGauge(reg prometheus.Registerer) *prometheus.GaugeVec {
	g := gauges("weir_alarm", "Partitions that stopped, or wait, for this reason; of an ingestor 1.", "name")
	var already prometheus.AlreadyRegisteredError
	if err := reg.Register(g); errors.As(err, &already) {
		if existing, ok := already.ExistingCollector.(*prometheus.GaugeVec); ok {
			return existing
		}
	}
	return g
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func gauges(name, help, label string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{label})
}
