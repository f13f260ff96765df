package telemetry_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/telemetry"
)

var _ engine.Observer = (*telemetry.EngineMetrics)(nil)

func get(t *testing.T, h http.Handler, method, path string) (status int, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Code, w.Body.String()
}

func ready() error { return nil }

func TestOpsTellsHealthApartFromReadiness(t *testing.T) {
	var missing error
	h := telemetry.Ops(func() error { return missing }, prometheus.NewRegistry())
	for _, c := range []struct {
		missing      error
		method, path string
		status       int
		body         string
	}{
		{nil, "GET", "/healthz", 200, "ok\n"},
		{nil, "GET", "/readyz", 200, "ok\n"},
		{errors.New("no answer from Redis"), "GET", "/healthz", 200, "ok\n"},
		{errors.New("no answer from Redis"), "GET", "/readyz", 503, "not ready: no answer from Redis\n"},
		{nil, "GET", "/readyz", 200, "ok\n"},
		{nil, "HEAD", "/readyz", 200, "ok\n"},
		{nil, "POST", "/readyz", 405, ""},
		{nil, "GET", "/", 404, ""},
	} {
		missing = c.missing
		status, body := get(t, h, c.method, c.path)
		if status != c.status || c.body != "" && body != c.body {
			t.Errorf("%s %s while missing %v: %d %q", c.method, c.path, c.missing, status, body)
		}
	}
}

func TestMetricsShowWhatWasCountedAndTheProcess(t *testing.T) {
	reg := telemetry.Registry()
	ingest, eng, query := telemetry.NewIngestMetrics(reg), telemetry.NewEngineMetrics(reg), telemetry.NewQueryMetrics(reg)
	ingest.Accepted(98)
	ingest.Rejected("invalid", 2)
	ingest.Lettered("invalid", "http", 3)
	ingest.Limited("acme", "http")
	ingest.Rejected("invalid", 1)
	ingest.Took(30 * time.Millisecond)
	eng.Committed(3, 500, 2000, 4*time.Millisecond)
	eng.Committed(3, 20, 10, 4*time.Millisecond)
	eng.Lag(3, 17)
	eng.Lag(3, 7)
	eng.Refused(3, state.Refused{})
	eng.Repeated(5, 1)
	eng.Alarm(0, "fenced", true)
	query.Took("/v1/metrics/{id}", 2*time.Second)
	published := telemetry.NewPublishMetrics(reg)
	published.Published(3, 9)
	published.Published(3, 2)
	published.Waiting(3, 4, 1500*time.Millisecond)

	_, body := get(t, telemetry.Ops(ready, reg), "GET", "/metrics")
	for _, line := range []string{
		`weir_events_accepted_total 98`,
		`weir_events_rejected_total{reason="invalid"} 3`,
		`weir_deadletters_total{reason="invalid",source="http"} 3`,
		`weir_limited_total{source="http",tenant="acme"} 1`,
		`weir_ingest_seconds_bucket{le="0.025"} 0`,
		`weir_ingest_seconds_bucket{le="0.05"} 1`,
		`weir_applied_total{partition="3"} 520`,
		`weir_refused_total{partition="3"} 1`,
		`weir_commit_seconds_count 2`,
		`weir_lag_events{partition="3"} 7`,
		`weir_duplicates_total 5`,
		`weir_conflicts_total 1`,
		`weir_alarm{name="fenced"} 1`,
		`weir_published_total{partition="3"} 11`,
		`weir_dirty_series{partition="3"} 4`,
		`weir_publish_lag_seconds{partition="3"} 1.5`,
		`weir_query_seconds_sum{route="/v1/metrics/{id}"} 2`,
	} {
		if !strings.Contains(body, "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	for _, name := range []string{"go_goroutines", "process_start_time_seconds"} {
		if !strings.Contains(body, "\n"+name+" ") {
			t.Errorf("no %s", name)
		}
	}
}

func TestThePackageCommentNamesEveryMetricAndNoOther(t *testing.T) {
	reg := prometheus.NewRegistry()
	ingest, eng, query := telemetry.NewIngestMetrics(reg), telemetry.NewEngineMetrics(reg), telemetry.NewQueryMetrics(reg)
	ingest.Rejected("invalid", 1)
	ingest.Lettered("invalid", "http", 1)
	ingest.Limited("acme", "http")
	eng.Committed(0, 1, 1, time.Millisecond)
	eng.Refused(0, state.Refused{})
	eng.Lag(0, 1)
	eng.Alarm(0, "fenced", true)
	query.Took("/", time.Millisecond)
	published := telemetry.NewPublishMetrics(reg)
	published.Published(0, 1)
	published.Waiting(0, 1, time.Second)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var exported []string
	for _, f := range families {
		name := f.GetName()
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, l.GetName())
		}
		if len(labels) > 0 {
			name += "{" + strings.Join(labels, ",") + "}"
		}
		exported = append(exported, name+" "+strings.ToLower(f.GetType().String()))
	}
	source, err := os.ReadFile("telemetry.go")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile(`(?m)^//\t(weir_\S+) +(\w+)`).FindAllStringSubmatch(string(source), -1) {
		documented = append(documented, m[1]+" "+m[2])
	}
	slices.Sort(exported)
	slices.Sort(documented)
	if !slices.Equal(exported, documented) {
		t.Errorf("exported   %q\ndocumented %q", exported, documented)
	}
}

func TestAnAlarmCountsThePartitionsThatRaiseIt(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := telemetry.NewEngineMetrics(reg)
	for _, c := range []struct {
		partition int
		raised    bool
		want      string
	}{
		{1, false, "0"}, {1, true, "1"}, {1, true, "1"}, {2, true, "2"}, {1, false, "1"}, {1, false, "1"}, {2, false, "0"},
	} {
		m.Alarm(c.partition, "log_changed", c.raised)
		_, body := get(t, telemetry.Ops(ready, reg), "GET", "/metrics")
		if !strings.Contains(body, `weir_alarm{name="log_changed"} `+c.want+"\n") {
			t.Fatalf("after partition %d, raised %v: want %s in\n%s", c.partition, c.raised, c.want, body)
		}
	}
}

func TestAlarmsOfManyPartitionsAtOnceAreAllCounted(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := telemetry.NewEngineMetrics(reg)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() { m.Alarm(i, "fenced", true) })
	}
	wg.Wait()
	if _, body := get(t, telemetry.Ops(ready, reg), "GET", "/metrics"); !strings.Contains(body, `{name="fenced"} 64`) {
		t.Error(body)
	}
}

func TestWithoutARegistryNothingIsCountedAndNothingBreaks(t *testing.T) {
	ingest, eng, query := telemetry.NewIngestMetrics(nil), telemetry.NewEngineMetrics(nil), telemetry.NewQueryMetrics(nil)
	if ingest != nil || eng != nil || query != nil {
		t.Fatal("there are metrics without a registry")
	}
	ingest.Accepted(1)
	ingest.Rejected("invalid", 1)
	ingest.Lettered("invalid", "http", 1)
	ingest.Took(time.Second)
	eng.Committed(0, 1, 1, time.Second)
	eng.Lag(0, 1)
	eng.Refused(0, state.Refused{})
	eng.Repeated(1, 1)
	eng.Alarm(0, "fenced", true)
	query.Took("/", time.Second)
}

func TestLoggerWritesPairsFromItsLevelOn(t *testing.T) {
	var out bytes.Buffer
	level := new(slog.LevelVar)
	level.Set(slog.LevelWarn)
	log := telemetry.Logger(&out, level)
	log.Info("quiet")
	log.Warn("partition stopped", "partition", 3, "cause", io.ErrUnexpectedEOF)
	if got := out.String(); strings.Contains(got, "quiet") ||
		!strings.Contains(got, `level=WARN msg="partition stopped" partition=3 cause="unexpected EOF"`) {
		t.Errorf("%q", got)
	}
	level.Set(slog.LevelInfo)
	log.Info("now heard")
	if !strings.Contains(out.String(), "now heard") {
		t.Error("the level cannot be changed while running")
	}
}
