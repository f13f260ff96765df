package ingest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
)

func TestBodiesWaitUntilTheyCanBeHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(t, config.Default())
		release := e.handler.bodies.hold(t.Context(), config.DefaultTenant, bodiesBytes)
		got := e.post(structured, moved("e-1"))
		wantProblem(t, got, http.StatusServiceUnavailable, "busy")
		if got.Header().Get("Retry-After") != "1" {
			t.Errorf("headers %v", got.Header())
		}
		answered := make(chan *httptest.ResponseRecorder)
		go func() { answered <- e.post(structured, moved("e-2")) }()
		synctest.Wait()
		release()
		wantStatus(t, <-answered, http.StatusAccepted)
		if e.handler.bodies.hold(t.Context(), config.DefaultTenant, bodiesBytes) == nil {
			t.Error("a request that is answered still holds its body")
		}
	})
}

func TestATenantsBodiesKeepNobodyElseOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(t, twoTenants(nil))
		if e.handler.bodies.hold(t.Context(), "acme", tenantBytes) == nil {
			t.Fatal("nothing can be held")
		}
		wantProblem(t, e.post(structured, moved("e-1"), "Authorization", "Bearer acme"), http.StatusServiceUnavailable, "busy")
		wantStatus(t, e.post(structured, moved("e-2"), "Authorization", "Bearer globex"), http.StatusAccepted)
	})
}

// stillLog takes nothing, and does not say so, until it is let go.
type stillLog struct {
	*fakeLog
	goes chan struct{}
}

func (l stillLog) Append(ctx context.Context, topic string, partition int, recs []event.Record) (first, last int64, err error) {
	select {
	case <-l.goes:
		return l.fakeLog.Append(ctx, topic, partition, recs)
	case <-ctx.Done():
		return 0, 0, fmt.Errorf("%w: %w", errDown, ctx.Err())
	}
}

// TestWhileTheLogStandsStillRequestsAreRefusedInTimeAndTheirBodiesLetGo sends far more than may be held.
func TestWhileTheLogStandsStillRequestsAreRefusedInTimeAndTheirBodiesLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(t, config.Default())
		still := stillLog{e.log, make(chan struct{})}
		e.handler.gate.log = still
		const held, more = bodiesBytes / event.MaxBatchBytes, 36
		batch := "[" + sized("e-1", 1<<20) + strings.Repeat(" ", 3<<20-2) + "]"
		began := time.Now()
		answered := make(chan string)
		for i := range held + more {
			if i == held {
				synctest.Wait() // those before are held
			}
			go func() {
				got := e.post(batched, batch)
				answered <- fmt.Sprint(got.Code, " ", got.Header().Get("Retry-After"), " after ", time.Since(began))
			}()
		}
		count := map[string]int{}
		for range held + more {
			count[<-answered]++
		}
		if want := map[string]int{"503 1 after 15s": held, "503 1 after 2s": more}; !maps.Equal(count, want) {
			t.Errorf("answered %v, want %v", count, want)
		}
		close(still.goes)
		wantStatus(t, e.post(batched, batch), http.StatusAccepted)
		if e.handler.bodies.hold(t.Context(), config.DefaultTenant, bodiesBytes) == nil {
			t.Error("requests that are answered still hold their bodies")
		}
	})
}
