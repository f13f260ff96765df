package ingest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
)

// twoTenants are acme, with a limit, and globex without; their keys are their names.
func twoTenants(limit *config.IngestLimit) config.Config {
	key := func(name string) []config.Key {
		return []config.Key{{SHA256: hashed(name), Scopes: []string{config.Ingest}}}
	}
	return config.Config{Partitions: 8, Tenants: map[string]config.Tenant{
		"acme":   {Currency: "EUR", Keys: key("acme"), IngestLimit: limit, WebhookOrigins: []string{"crm.example.com"}},
		"globex": {Currency: "EUR", Keys: key("globex")},
	}}
}

// many is a batch of so many events.
func many(n int) string {
	events := make([]string, n)
	for i := range events {
		events[i] = moved(fmt.Sprint("e-", i))
	}
	return "[" + strings.Join(events, ",") + "]"
}

// limitTest runs an edge of twoTenants in virtual time.
func limitTest(t *testing.T, limit config.IngestLimit, run func(t *testing.T, e *edge)) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(t, twoTenants(&limit))
		began := time.Now()
		e.handler.gate.now = func() time.Time { return noon.Add(time.Since(began)) }
		run(t, e)
	})
}

func (e *edge) postAs(tenant, contentType, body string) *httptest.ResponseRecorder {
	return e.post(contentType, body, "Authorization", "Bearer "+tenant)
}

// wantLimited checks a 429, and waits as long as it says.
func wantLimited(t *testing.T, got *httptest.ResponseRecorder, seconds string) {
	t.Helper()
	wantProblem(t, got, http.StatusTooManyRequests, "limit")
	if after := got.Header().Get("Retry-After"); after != seconds {
		t.Errorf("to be sent again after %q s, want %s", after, seconds)
	}
}

func TestBeyondItsLimitATenantIsRefusedWholeUntilTheTimeItIsTold(t *testing.T) {
	limitTest(t, config.IngestLimit{EventsPerSecond: new(200), BurstSeconds: 10}, func(t *testing.T, e *edge) {
		wantStatus(t, e.postAs("acme", batched, many(1000)), http.StatusAccepted) // ten seconds' worth
		wantStatus(t, e.postAs("acme", batched, many(999)), http.StatusAccepted)
		wantLimited(t, e.postAs("acme", batched, many(402)), "3") // one is left, 401 lack
		wantStatus(t, e.postAs("acme", structured, moved("e-1")), http.StatusAccepted)
		wantLimited(t, e.postAs("acme", structured, moved("e-2")), "1")
		wantLimited(t, e.postAs("acme", batched, `[`), "1")
		if n := len(e.log.all(eventsTopic)) + len(e.log.all(deadLetterTopic)); n != 2000 {
			t.Errorf("%d records written, want 2000", n)
		}
		wantStatus(t, e.postAs("globex", batched, many(1000)), http.StatusAccepted)
		if got, want := e.counters(t, "weir_limited_total"), map[string]int{"http acme": 3}; !maps.Equal(got, want) {
			t.Errorf("counted %v, want %v", got, want)
		}
		pass(3 * time.Second)
		wantStatus(t, e.postAs("acme", batched, many(599)), http.StatusAccepted)
		wantLimited(t, e.postAs("acme", batched, many(1000)), "5")
	})
}

func TestBytesAreLimitedBeforeABodyIsRead(t *testing.T) {
	limitTest(t, config.IngestLimit{BytesPerSecond: new(1 << 20), BurstSeconds: 1}, func(t *testing.T, e *edge) {
		piece := sized("e-1", 1<<20-10)
		largest := "[" + strings.Join([]string{piece, piece, piece, piece}, ",") + "]"
		wantStatus(t, e.postAs("acme", batched, largest), http.StatusAccepted) // the burst is a batch at least
		request := httptest.NewRequest(http.MethodPost, "/v1/events", neverRead{t})
		request.ContentLength = 1 << 20
		request.Header.Set("Content-Type", structured)
		request.Header.Set("Authorization", "Bearer acme")
		wantLimited(t, e.do(request), "1")
		packed := e.post(structured, string(packed(t, piece)), "Authorization", "Bearer acme", "Content-Encoding", "gzip")
		wantLimited(t, packed, "1") // a thousandth of it on the wire
		pass(time.Second)
		wantStatus(t, e.postAs("acme", structured, piece), http.StatusAccepted)
	})
}

// neverRead is a body that nobody must look at.
type neverRead struct{ t *testing.T }

func (n neverRead) Read([]byte) (int, error) {
	n.t.Error("the body was read")
	return 0, fmt.Errorf("cut")
}

func TestEveryBatchPassesTheSmallestLimitInTheEnd(t *testing.T) {
	limitTest(t, config.IngestLimit{EventsPerSecond: new(1), BytesPerSecond: new(1), BurstSeconds: 1}, func(t *testing.T, e *edge) {
		for range 3 {
			wantStatus(t, e.postAs("acme", batched, many(1000)), http.StatusAccepted)
			wantLimited(t, e.postAs("acme", structured, moved("e-1")), "1")
			pass(event.MaxBatchBytes * time.Second)
		}
	})
}

// TestTheLimitHoldsWhoeverComesWhen sends at random, from many sides, and counts what passed.
func TestTheLimitHoldsWhoeverComesWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perSecond, seconds, senders = 500, 60, 8
		l := newLimit(&config.IngestLimit{EventsPerSecond: new(perSecond), BytesPerSecond: new(perSecond * 1000), BurstSeconds: 2})
		var passed [senders]int
		var sending sync.WaitGroup
		began := time.Now()
		for i := range senders {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			sending.Go(func() {
				for time.Since(began) < seconds*time.Second {
					n := 1 + random.IntN(100)
					if pause := l.take(time.Now(), n, 1000*n); pause > 0 {
						<-time.After(pause)
						continue
					}
					passed[i] += n
				}
			})
		}
		sending.Wait()
		sum := 0
		for _, n := range passed {
			sum += n
		}
		burst := 2 * perSecond
		if most := burst + perSecond*(seconds+1); sum > most || sum < perSecond*seconds*9/10 {
			t.Errorf("%d events in %d s, want close to %d and at most %d", sum, seconds, perSecond*seconds, most)
		}
	})
}

func TestAnInboxBeyondTheLimitWaitsAndOthersGoOn(t *testing.T) {
	limitTest(t, config.IngestLimit{EventsPerSecond: new(100), BurstSeconds: 1}, func(t *testing.T, e *edge) {
		for _, topic := range []string{"acme.inbox", "globex.inbox"} {
			recs := make([]event.Record, 2500)
			for i := range recs {
				good := event.Event{ID: fmt.Sprint(topic, i), Source: "/crm", Type: "dev.weir.deal.won", Subject: "deal/D1", Time: 1_770_715_800_000}
				recs[i] = good.ToRecord("")
			}
			if _, _, err := e.log.Append(t.Context(), topic, 0, recs); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var reading sync.WaitGroup
		for topic, tenant := range map[string]string{"acme.inbox": "acme", "globex.inbox": "globex"} {
			reading.Go(func() { e.inbox(topic, tenant).run(ctx) })
		}
		written := func(tenant string) (n int) {
			for _, rec := range e.log.all(eventsTopic) {
				if string(rec.Key) == tenant {
					n++
				}
			}
			return n
		}
		for _, want := range []struct {
			after time.Duration
			acme  int
		}{{time.Second, 1000}, {9 * time.Second, 2000}, {5 * time.Second, 2500}} {
			pass(want.after)
			if acme, globex := written("acme"), written("globex"); acme != want.acme || globex != 2500 {
				t.Errorf("%v later: %d of acme, %d of globex, want %d and 2500", want.after, acme, globex, want.acme)
			}
		}
		stop()
		reading.Wait()
		if got, want := e.counters(t, "weir_limited_total"), map[string]int{"acme.inbox acme": 2}; !maps.Equal(got, want) {
			t.Errorf("counted %v, want %v", got, want)
		}
	})
}
