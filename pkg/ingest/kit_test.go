package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/telemetry"
	"weir.dev/weir/pkg/web"
)

var (
	errDown     = errors.New("the log is away")
	errTooLarge = errors.New("the record is too large")
)

// fakeLog is a log in memory of which each part can be made to fail.
type fakeLog struct {
	mu        sync.Mutex
	topics    map[string]map[int][]event.Record
	first     map[string]int64         // below it a topic's records are deleted
	count     map[string]int           // partitions of a topic; 1 where unsaid
	committed map[string]map[int]int64 // of the one group
	commits   int
	fails     map[string]error // appends to the topic
	limit     int              // bytes that a record may have; 0 for any
	changed   chan struct{}    // closed when anything is appended
	patience  time.Duration    // what a fetch waits for a record
}

func newFakeLog() *fakeLog {
	return &fakeLog{
		topics: map[string]map[int][]event.Record{}, first: map[string]int64{}, count: map[string]int{},
		committed: map[string]map[int]int64{}, fails: map[string]error{}, changed: make(chan struct{}),
		patience: time.Second / 4,
	}
}

func (l *fakeLog) Append(ctx context.Context, topic string, partition int, recs []event.Record) (first, last int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.fails[topic]; err != nil {
		return 0, 0, err
	}
	for _, rec := range recs {
		if l.limit > 0 && len(rec.Value) > l.limit {
			return 0, 0, fmt.Errorf("%w: %d bytes", errTooLarge, len(rec.Value))
		}
	}
	held := l.topics[topic]
	if held == nil {
		held = map[int][]event.Record{}
		l.topics[topic] = held
	}
	first = int64(len(held[partition]))
	for _, rec := range recs {
		rec.Offset, rec.Time = int64(len(held[partition])), noon.UnixMilli()
		held[partition] = append(held[partition], rec)
	}
	close(l.changed)
	l.changed = make(chan struct{})
	return first, int64(len(held[partition])) - 1, nil
}

func (l *fakeLog) CommittedOffsets(_ context.Context, _, topic string) ([]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	offsets := slices.Repeat([]int64{-1}, max(1, l.count[topic]))
	for partition, offset := range l.committed[topic] {
		offsets[partition] = offset
	}
	return offsets, nil
}

func (l *fakeLog) CommitOffset(_ context.Context, _, topic string, partition int, offset int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.committed[topic] == nil {
		l.committed[topic] = map[int]int64{}
	}
	l.committed[topic][partition] = offset
	l.commits++
	return nil
}

func (l *fakeLog) open(_ context.Context, topic string) (engine.Log, []int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fakeReader{l, topic}, slices.Repeat([]int64{l.first[topic]}, max(1, l.count[topic])), nil
}

// set changes the log while others use it.
func (l *fakeLog) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

// all are the records of a topic, partition after partition.
func (l *fakeLog) all(topic string) (recs []event.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for partition := range 8 {
		recs = append(recs, l.topics[topic][partition]...)
	}
	return recs
}

type fakeReader struct {
	log   *fakeLog
	topic string
}

// Fetch waits a while for a record, as the real one does.
func (r fakeReader) Fetch(ctx context.Context, partition int, offset int64) (engine.Batch, error) {
	enough := time.NewTimer(r.log.patience)
	defer enough.Stop()
	for {
		r.log.mu.Lock()
		held, first, changed := r.log.topics[r.topic][partition], r.log.first[r.topic], r.log.changed
		r.log.mu.Unlock()
		switch end := int64(len(held)); {
		case offset < first || offset > end:
			return engine.Batch{}, engine.ErrOutOfRange
		case offset < end:
			return engine.Batch{Records: held[offset:], First: first, End: end}, nil
		}
		select {
		case <-changed:
		case <-enough.C:
			return engine.Batch{}, nil
		case <-ctx.Done():
			return engine.Batch{}, ctx.Err()
		}
	}
}

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// edge is an ingestor on a fake log.
type edge struct {
	log      *fakeLog
	registry *prometheus.Registry
	handler  *handler
	http     http.Handler
}

func newEdge(t testing.TB, settings config.Config) *edge {
	t.Helper()
	keys, err := web.NewKeyring(settings.Tenants)
	if err != nil {
		t.Fatal(err)
	}
	log, registry := newFakeLog(), prometheus.NewRegistry()
	layout := Layout{Partition: func(tenant string) int { return len(tenant) % 8 }, ErrTooLarge: errTooLarge}
	g := &gate{
		log: log, letters: NewDeadLetters(log, layout), limits: newLimits(settings.Tenants), layout: layout, metrics: telemetry.NewIngestMetrics(registry),
		logger: slog.New(slog.DiscardHandler), now: func() time.Time { return noon },
	}
	h := newHandler(g, keys, settings.Tenants, "test-log")
	return &edge{log: log, registry: registry, handler: h, http: h.routes(http.NotFoundHandler())}
}

func (e *edge) inbox(topic, tenant string) *inbox {
	return &inbox{
		topic: topic, tenant: tenant, currency: "EUR", gate: e.handler.gate, log: e.log, source: e.log.open,
		logger: e.handler.gate.logger,
	}
}

const (
	structured = "application/cloudevents+json"
	batched    = "application/cloudevents-batch+json"
)

// post posts a body; headers come in pairs.
func (e *edge) post(contentType, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Set(pair[0], pair[1])
	}
	return e.do(request)
}

func (e *edge) do(request *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	e.http.ServeHTTP(recorder, request)
	return recorder
}

// letters are the dead letters of all tenants.
func (e *edge) letters(t testing.TB) (letters []DeadLetter) {
	t.Helper()
	for _, rec := range e.log.all(deadLetterTopic) {
		letter, err := ReadDeadLetter(rec)
		if err != nil {
			t.Fatal(err)
		}
		letters = append(letters, letter)
	}
	return letters
}

// counted is what the metrics say: all that was accepted, and what was rejected by reason.
func (e *edge) counted(t testing.TB) map[string]int {
	t.Helper()
	counted := e.counters(t, "weir_events_rejected_total")
	counted["accepted"] = e.counters(t, "weir_events_accepted_total")[""]
	return counted
}

// counters are those of a name, by the values of their labels.
func (e *edge) counters(t testing.TB, name string) map[string]int {
	t.Helper()
	families, err := e.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	counters := map[string]int{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == name {
				var labels []string
				for _, label := range m.GetLabel() { // in the order of their names
					labels = append(labels, label.GetValue())
				}
				counters[strings.Join(labels, " ")] = int(m.GetCounter().GetValue())
			}
		}
	}
	return counters
}

// moved is an event in structured mode that is as it must be.
func moved(id string) string {
	return `{"specversion":"1.0","id":"` + id + `","source":"/crm/acme","type":"dev.weir.deal.stage_changed","subject":"deal/D4",` +
		`"time":"2026-02-10T09:30:00Z","datacontenttype":"application/json","data":{"to":"negotiation"}}`
}

// timeless is one that is not.
func timeless(id string) string {
	return strings.Replace(moved(id), `"time":"2026-02-10T09:30:00Z",`, "", 1)
}

func wantStatus(t testing.TB, got *httptest.ResponseRecorder, want int) {
	t.Helper()
	if got.Code != want {
		t.Fatalf("status %d, want %d: %s", got.Code, want, got.Body)
	}
}

var details = regexp.MustCompile(`,"detail":"[^"]+"`)

// wantBody compares an answer with JSON, in which the details of refusals are left out.
func wantBody(t testing.TB, got *httptest.ResponseRecorder, want string) {
	t.Helper()
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(want)); err != nil {
		t.Fatal(err)
	}
	if text := details.ReplaceAllString(strings.TrimSpace(got.Body.String()), ""); text != compact.String() {
		t.Errorf("answer\n%s\nwant\n%s", text, compact.String())
	}
}

// wantProblem checks that an answer is a problem, with its status and its name.
func wantProblem(t testing.TB, got *httptest.ResponseRecorder, status int, name string) {
	t.Helper()
	wantStatus(t, got, status)
	if contentType := got.Header().Get("Content-Type"); contentType != "application/problem+json" {
		t.Errorf("content type %q", contentType)
	}
	var p web.Problem
	if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != status || p.Type != "https://weir.dev/problems/"+name || p.Title == "" {
		t.Errorf("problem %s", got.Body)
	}
}
