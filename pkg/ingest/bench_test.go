package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/parts"
)

// batchOf is a batch of so many events such as a CRM sends.
func batchOf(events int) []byte {
	var out bytes.Buffer
	out.WriteByte('[')
	for i := range events {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, `{"specversion":"1.0","id":"e-%d","source":"/crm/acme","type":"dev.weir.deal.created","subject":"deal/D%d",`+
			`"time":"2026-02-10T09:30:00.%03dZ","datacontenttype":"application/json","data":{"stage":"prospecting","amount":"40000.00",`+
			`"currency":"EUR","close_date":"2026-06-30","owner":"ana","team":"emea","segment":"enterprise","region":"dach","account":"A%d"}}`, i, i, i, i%7)
	}
	out.WriteByte(']')
	return out.Bytes()
}

// BenchmarkIngest posts batches of a hundred events over HTTP from sixteen connections, each waiting for
// its answer. The senders' time, and on the embedded log the broker's, is in it.
func BenchmarkIngest(b *testing.B) {
	b.Run("embedded", func(b *testing.B) {
		log, err := embedded.StartLog(b.Context(), b.TempDir(), embedded.LogOptions{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := log.Close(); err != nil {
				b.Error(err)
			}
		})
		benchmarkIngest(b, log.Brokers())
	})
	b.Run("real", func(b *testing.B) { benchmarkIngest(b, parts.Kafka(b)) })
}

func benchmarkIngest(b *testing.B, brokers []string) {
	const events, connections = 100, 16
	s := newStand(b, brokers)
	body := batchOf(events)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	post := func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/v1/events", bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", batched)
		request.Header.Set("Authorization", "Bearer "+key)
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		if response.StatusCode != http.StatusAccepted {
			err = fmt.Errorf("status %s", response.Status)
		}
		return errors.Join(err, response.Body.Close())
	}
	b.SetParallelism(connections / 2)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := post(b.Context()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "events/s")
}
