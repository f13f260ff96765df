package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/client"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

// standing is the configuration of a stand. Its series are of a window that does not move with the days.
const standing = `
partitions: 1
tenants:
  default:
    publish: [{metric: deals_won, window: 2024-Q1}, {metric: activities, window: 2024-Q1}]
`

// stand is a Weir of one partition: the parts of the product on an embedded log and store. What it takes from its
// places is the product's own, unless a test has put something else there.
type stand struct {
	t      *testing.T
	file   string // configuration
	config config.Config
	log    *eventlog.Client
	logID  string
	rows   *store.Store
	kafka  []string
	redis  *redis.Client
	plan   *publish.Plan
	runner *engine.Runner // of the process that lives now
	to     string         // where events are posted

	appends ingest.Log
	reads   engine.Log
	commits engine.Store
	sends   engine.Output

	said      []json.RawMessage // and acknowledged
	positions []string
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{t: t, file: filepath.Join(t.TempDir(), "weir.yaml")}
	s.must(os.WriteFile(s.file, []byte(standing), 0o600))
	var err error
	s.config, err = config.Load(s.file)
	s.must(err)
	s.openLog()
	s.openStore()
	layouts, err := s.config.Layouts()
	s.must(err)
	s.plan, err = s.config.Plan(layouts, func(string) bool { return true })
	s.must(err)
	s.appends, s.reads, s.commits, s.sends = s.log, s.log.Topic(eventlog.Events), s.rows, s.log.Topic(eventlog.Metrics)
	s.restart()
	return s
}

func (s *stand) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stand) openLog() {
	broker, err := embedded.StartLog(s.t.Context(), "", embedded.LogOptions{})
	s.must(err)
	s.t.Cleanup(func() { _ = broker.Close() }) // it was in memory
	s.kafka = broker.Brokers()
	s.log, err = eventlog.Dial(s.t.Context(), s.kafka, slog.New(slog.DiscardHandler))
	s.must(err)
	s.t.Cleanup(s.log.Close)
	s.must(s.log.Ensure(s.t.Context(), eventlog.Topics(1)...))
	s.logID, err = s.log.ID(s.t.Context())
	s.must(err)
}

func (s *stand) openStore() {
	server, err := embedded.StartStore(s.t.Context())
	s.must(err)
	s.t.Cleanup(server.Close)
	s.redis = redis.NewClient(&redis.Options{Addr: server.Addr(), Protocol: 2})
	s.t.Cleanup(func() { _ = s.redis.Close() })
	s.rows, err = store.Dial(server.Addr(), store.Config{Definition: s.config.Identity(), Partitions: 1})
	s.must(err)
	s.t.Cleanup(func() { _ = s.rows.Close() })
}

// restart makes a new process, which holds nothing in memory.
func (s *stand) restart() {
	layouts, err := s.config.Layouts()
	s.must(err)
	s.runner = &engine.Runner{
		Log: s.reads, Store: s.commits, Machine: aggregate.New(layouts, aggregate.Options{Publish: s.plan}),
		Logger: slog.New(slog.DiscardHandler),
		Refuse: func(_ context.Context, _ int, r state.Refused) error { return r.Err },
	}
}

// ingest runs the ingestor, on what it appends to by now.
func (s *stand) ingest() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	ended := make(chan error, 1)
	go func() {
		ended <- ingest.Run(ctx, ingest.Options{
			Listener: listener, Config: s.config, Log: s.appends, LogID: s.logID,
			Layout: ingest.Layout{Partition: func(string) int { return 0 }, ErrTooLarge: eventlog.ErrTooLarge},
			Open: func(_ context.Context, topic string) (engine.Log, []int64, error) {
				return s.log.Topic(topic), []int64{0}, nil
			},
			Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
		})
	}()
	s.to = "http://" + listener.Addr().String()
	s.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
}

// post posts the life of a deal, which is acknowledged.
func (s *stand) post(deal string) {
	s.t.Helper()
	if s.to == "" {
		s.ingest()
	}
	var events []json.RawMessage
	for i, e := range []struct{ kind, data string }{
		{"deal.created", `{"stage":"prospecting","amount":100,"currency":"EUR","owner":"owner of ` + deal + `"}`},
		{"activity.logged", `{"kind":"call"}`},
		{"deal.won", `{}`},
	} {
		events = append(events, json.RawMessage(fmt.Sprintf(
			`{"specversion":"1.0","type":"dev.weir.%s","source":"/stand","id":"%s-%d","subject":"deal/%s","time":"2024-02-0%dT09:00:00Z","data":%s}`,
			e.kind, deal, i, deal, i+1, e.data)))
	}
	answer, err := client.New(s.to, nil, slog.New(slog.DiscardHandler)).Post(s.t.Context(), events)
	if err != nil || answer.Accepted != len(events) {
		s.t.Fatalf("%+v, %v", answer, err)
	}
	s.said, s.positions = append(s.said, events...), append(s.positions, answer.Position)
}

// apply runs the process until it has applied all that is in the log, and with sent also until a round of its relay
// has sent what that made.
func (s *stand) apply(sent bool) {
	s.t.Helper()
	w := &witness{applied: make(chan struct{}), sent: make(chan struct{})}
	s.runner.Observer = w
	ctx, cancel := context.WithCancel(s.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.runner.Run(ctx); err != nil {
			s.t.Error(err)
		}
	})
	s.await(w.applied, "all is applied")
	if sent {
		relay := &engine.Relay{
			Owner: s.runner, Outbox: s.rows, Output: s.sends, Events: deaf{}, Publisher: publish.New(s.plan, 0, s.logID),
			Logger: slog.New(slog.DiscardHandler), Observer: w,
		}
		running.Go(func() { relay.Run(ctx) })
		s.await(w.sent, "all is sent")
	}
	cancel()
	running.Wait()
}

func (s *stand) await(done <-chan struct{}, what string) {
	s.t.Helper()
	select {
	case <-done:
	case <-time.After(time.Minute):
		s.t.Fatalf("it is not so that %s", what)
	}
}

// audit runs weir audit.
func (s *stand) audit(more auditCmd) (string, error) {
	more.Config, more.Kafka, more.Redis = s.file, s.kafka, s.redis.Options().Addr
	var out bytes.Buffer
	err := more.run(s.t.Context(), &out, io.Discard)
	return out.String(), err
}

// acknowledged is a file of all that was posted.
func (s *stand) acknowledged() string {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "acknowledged.ndjson")
	var text strings.Builder
	for _, e := range s.said {
		text.Write(append(e, '\n'))
	}
	s.must(os.WriteFile(file, []byte(text.String()), 0o600))
	return file
}

// snapshot is all that Redis holds.
func (s *stand) snapshot() map[string]map[string]string {
	s.t.Helper()
	keys, err := s.redis.Keys(s.t.Context(), "*").Result()
	s.must(err)
	all := map[string]map[string]string{}
	for _, key := range keys {
		all[key], err = s.redis.HGetAll(s.t.Context(), key).Result()
		s.must(err)
	}
	return all
}

// restore makes Redis hold what it did, as a replica does that became primary and had not got the rest yet.
func (s *stand) restore(all map[string]map[string]string) {
	s.t.Helper()
	s.must(s.redis.FlushAll(s.t.Context()).Err())
	for key, fields := range all {
		s.must(s.redis.HSet(s.t.Context(), key, fields).Err())
	}
}

// witness notes when all is applied, and when a round of the relay has ended.
type witness struct {
	applied, sent chan struct{}
	caught, ended sync.Once
	rounds        int
}

func (w *witness) Committed(int, int, int, time.Duration) {}
func (w *witness) Refused(int, state.Refused)             {}
func (w *witness) Held(int, string)                       {}
func (w *witness) Published(int, int)                     {}

func (w *witness) Lag(_ int, events int64) {
	if events == 0 {
		w.caught.Do(func() { close(w.applied) })
	}
}

// Waiting is called when a round begins to send, and when it is done.
func (w *witness) Waiting(_, series int, _ time.Duration) {
	if w.rounds++; w.rounds > 1 && series == 0 {
		w.ended.Do(func() { close(w.sent) })
	}
}

// deaf takes no ticks: what a stand sends must not depend on the hour.
type deaf struct{ engine.Output }

func (deaf) Send(context.Context, int, []event.Record) error { return nil }
