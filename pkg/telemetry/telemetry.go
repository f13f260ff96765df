// Package telemetry is how operators see Weir run: the log, the health of a process, and its metrics
// in Prometheus' format. Nothing of revenue is measured here, no number that users see comes from
// here, and nothing is pushed anywhere.
//
// The metrics, beside those of the Go runtime (go_*) and of the process (process_*):
//
//	weir_events_accepted_total            counter    events that are in the log
//	weir_events_rejected_total{reason}    counter    events (not requests) that were refused
//	weir_deadletters_total{reason,source} counter    dead letters, by where the event came from: http, or a topic
//	weir_limited_total{source,tenant}     counter    requests refused, and parts of inboxes that waited, beyond a tenant's ingest_limit
//	weir_ingest_seconds                   histogram  of a request, until its last event is acknowledged
//	weir_applied_total{partition}         counter    records of the log that are in the state
//	weir_refused_total{partition}         counter    records of the log that were passed over as dead letters
//	weir_commit_seconds                   histogram  of a commit to the store
//	weir_lag_events{partition}            gauge      records that wait in the log
//	weir_duplicates_total                 counter    events that were known already
//	weir_conflicts_total                  counter    events whose id was known with another body
//	weir_alarm{name}                      gauge      partitions that stopped, or wait, for this reason; 0 is well
//	weir_published_total{partition}       counter    updates and corrections that are in weir.metrics.v1
//	weir_dirty_series{partition}          gauge      published series that have changed and wait to be sent
//	weir_publish_lag_seconds{partition}   gauge      for how long changed series have been waiting
//	weir_query_seconds{route}             histogram  of a request
//
// The partition is the number of a Kafka partition, the reason and the name are those of the package
// that refuses or stops, the route is the pattern, never the path of a request.
package telemetry

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Registry is a new registry with the metrics of the Go runtime and of the process.
func Registry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return reg
}

// Ops serves GET /healthz (200 while the process answers at all), /readyz (200 while ready returns
// nil, else 503 with what is missing) and /metrics. ready must be quick: it is asked every few seconds.
func Ops(ready func() error, reg prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			answer(w, http.StatusServiceUnavailable, "not ready: "+err.Error())
			return
		}
		answer(w, http.StatusOK, "ok")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	return mux
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

// Logger writes one line of key=value pairs for each entry of at least the level.
func Logger(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
