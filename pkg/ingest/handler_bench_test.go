package ingest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
)

// noLog acknowledges everything and keeps nothing.
type noLog struct{}

func (noLog) Append(context.Context, string, int, []event.Record) (first, last int64, err error) {
	return 0, 0, nil
}

// BenchmarkHandler is what a batch of a hundred events costs one core, without connection and log.
func BenchmarkHandler(b *testing.B) {
	const events = 100
	e := newEdge(b, config.Default())
	e.handler.gate.log = noLog{}
	var batch []string
	for i := range events {
		batch = append(batch, strings.Replace(moved(fmt.Sprint("e-", i)), `{"to":"negotiation"}`,
			`{"to":"negotiation","from":"prospecting"}`, 1))
	}
	body := "[" + strings.Join(batch, ",") + "]"
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(body))
		request.Header.Set("Content-Type", batched)
		if got := e.do(request); got.Code != http.StatusAccepted {
			b.Fatal(got.Body)
		}
	}
	b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "events/s")
}
