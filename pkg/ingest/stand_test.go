package ingest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/telemetry"
)

// stand is one test's ingestor, with a tenant and an inbox of its own.
type stand struct {
	client    *eventlog.Client
	id        string // of the log
	tenant    string
	inbox     string
	partition int
	settings  config.Config

	url  string
	stop func() error // ends the ingestor
}

const key = "a key of nobody's but this test's"

func newStand(t testing.TB, brokers []string) *stand {
	t.Helper()
	client, err := eventlog.Dial(t.Context(), brokers, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	s := &stand{client: client, tenant: "t-" + uuid.NewString()}
	s.inbox = "weir-test-inbox-" + s.tenant
	s.settings = config.Default()
	topics := append(eventlog.Topics(s.settings.Partitions), eventlog.Topic{Name: s.inbox, Partitions: 2, Retention: time.Hour})
	if err := client.Ensure(t.Context(), topics...); err != nil {
		t.Fatal(err)
	}
	if s.id, err = client.ID(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.partition = eventlog.PartitionOf(s.tenant, s.settings.Partitions)
	s.settings.Tenants = map[string]config.Tenant{s.tenant: {
		Currency: "EUR", Inbox: s.inbox, Keys: []config.Key{{SHA256: sumOf(key), Scopes: []string{config.Ingest}}},
	}}
	s.start(t)
	return s
}

// start runs an ingestor until its stop is called, or the test ends.
func (s *stand) start(t testing.TB) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- ingest.Run(ctx, s.options(listener)) }()
	s.url = "http://" + listener.Addr().String()
	s.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
}

func (s *stand) options(listener net.Listener) ingest.Options {
	return ingest.Options{
		Listener: listener,
		Config:   s.settings,
		Log:      s.client,
		LogID:    s.id,
		Layout: ingest.Layout{
			Partition:   func(tenant string) int { return eventlog.PartitionOf(tenant, s.settings.Partitions) },
			ErrTooLarge: eventlog.ErrTooLarge,
		},
		Open: func(ctx context.Context, topic string) (engine.Log, []int64, error) {
			bounds, err := s.client.Bounds(ctx, topic)
			first := make([]int64, len(bounds))
			for i, b := range bounds {
				first[i] = b.First
			}
			return s.client.Topic(topic), first, err
		},
		Registry: telemetry.Registry(),
		Logger:   slog.New(slog.DiscardHandler),
	}
}

// post posts a body, and wants an answer with a status.
func (s *stand) post(t *testing.T, status int, contentType string, body []byte) (answer ingest.Answer) {
	t.Helper()
	response := s.send(t, contentType, body)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status {
		t.Fatalf("status %s, want %d: %.300s", response.Status, status, text)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func (s *stand) send(t *testing.T, contentType string, body []byte) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/v1/events", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// events are the tenant's in the log.
func (s *stand) events(t *testing.T) []event.Record {
	t.Helper()
	return s.read(t, eventlog.Events, s.partition)
}

// letters are the tenant's dead letters.
func (s *stand) letters(t *testing.T) (letters []ingest.DeadLetter) {
	t.Helper()
	bounds, err := s.client.Bounds(t.Context(), eventlog.DeadLetter)
	if err != nil {
		t.Fatal(err)
	}
	at := bounds[s.partition]
	for kept, err := range ingest.ListDeadLetters(t.Context(), s.client.Topic(eventlog.DeadLetter), s.partition, at.First, at.End) {
		if err != nil {
			t.Fatal(err)
		}
		if kept.Letter.Tenant == s.tenant {
			letters = append(letters, kept.Letter)
		}
	}
	return letters
}

// read reads the tenant's records of a partition of a topic, as far as it goes now.
func (s *stand) read(t *testing.T, topic string, partition int) (recs []event.Record) {
	t.Helper()
	bounds, err := s.client.Bounds(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	log := s.client.Topic(topic)
	for next := bounds[partition].First; next < bounds[partition].End; {
		batch, err := log.Fetch(t.Context(), partition, next)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range batch.Records {
			if string(rec.Key) == s.tenant {
				recs = append(recs, rec)
			}
			next = rec.Offset + 1
		}
	}
	return recs
}

// idsOf are the ids of the events that records hold.
func idsOf(t *testing.T, recs []event.Record) string {
	t.Helper()
	var ids []string
	for i := range recs {
		var e event.Event
		if err := event.FromRecord(&recs[i], &e); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}

// moved is an event in structured mode; without a time where that is asked for, which is refused.
func moved(id, data string, timeless bool) []byte {
	at := `"time":"2026-02-10T09:30:00Z",`
	if timeless {
		at = ""
	}
	return fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/crm","type":"dev.weir.deal.stage_changed","subject":"deal/D4",%s"data":%s}`, id, at, data)
}

const (
	structured = "application/cloudevents+json"
	batched    = "application/cloudevents-batch+json"
	onward     = `{"to":"negotiation"}`
)

func (s *stand) request(t *testing.T) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	return request
}

func (s *stand) wantAccepted(t *testing.T, request *http.Request) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusAccepted {
		t.Fatalf("%s, %v: %s", response.Status, err, text)
	}
}

// awaitCommitted waits until both partitions of the inbox are committed up to an offset.
func (s *stand) awaitCommitted(t *testing.T, offset int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		committed, err := s.client.CommittedOffsets(ctx, "weir-ingestor", s.inbox)
		if err != nil {
			t.Fatal(err)
		}
		if committed[0] >= offset && committed[1] >= offset {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("committed %v, want %d", committed, offset)
		}
	}
}

func sumOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
