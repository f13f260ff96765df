package eventlog_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/parts"
)

// onBoth runs a benchmark on the embedded log and on the real one, with a topic of eight partitions.
func onBoth(b *testing.B, run func(b *testing.B, client *eventlog.Client, topic string)) {
	on := func(brokers []string) func(*testing.B) {
		return func(b *testing.B) {
			client := dial(b, brokers)
			topic := newTopic(b, brokers)
			ensure(b, client, eventlog.Topic{Name: topic, Partitions: 8, Retention: eventlog.Forever})
			b.ReportAllocs()
			run(b, client, topic)
		}
	}
	b.Run("embedded", func(b *testing.B) { on(startLog(b, b.TempDir(), 0).Brokers())(b) })
	b.Run("real", func(b *testing.B) { on(parts.Kafka(b))(b) })
}

// eventRecord is a record as the ingestor writes it: a CloudEvent in binary mode.
func eventRecord() event.Record {
	rec := event.Record{Key: []byte("default"), Value: make([]byte, 200)}
	for _, header := range [][2]string{
		{"ce_specversion", "1.0"},
		{"ce_id", uuid.NewString()},
		{"ce_source", "crm/eu"},
		{"ce_type", "deal.stage_changed"},
		{"ce_subject", "deal/12345"},
		{"ce_time", "2026-03-01T10:00:00Z"},
		{"content-type", "application/json"},
	} {
		rec.Headers = append(rec.Headers, event.Header{Key: header[0], Value: []byte(header[1])})
	}
	return rec
}

func perSecond(b *testing.B, records int) {
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkAppend writes events in calls of a hundred from 16 goroutines, each waiting for its
// acknowledgement, as an ingestor under load does.
func BenchmarkAppend(b *testing.B) {
	const writers, size = 16, 100
	onBoth(b, func(b *testing.B, client *eventlog.Client, topic string) {
		recs := make([]event.Record, size)
		for i := range recs {
			recs[i] = eventRecord()
		}
		var left atomic.Int64
		left.Store(int64(b.N))
		var group sync.WaitGroup
		b.ResetTimer()
		for writer := range writers {
			group.Go(func() {
				for left.Add(-1) >= 0 {
					if _, _, err := client.Append(b.Context(), topic, writer%8, recs); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
		perSecond(b, b.N*size)
	})
}

// BenchmarkFetch reads a partition from its start to its end; an operation is one reading of 200,000
// records.
func BenchmarkFetch(b *testing.B) {
	const count = 200_000
	for name, rec := range map[string]event.Record{"events": eventRecord(), "values": {Value: make([]byte, 200)}} {
		b.Run(name, func(b *testing.B) {
			onBoth(b, func(b *testing.B, client *eventlog.Client, topic string) {
				recs := make([]event.Record, 1000)
				for i := range recs {
					recs[i] = rec
				}
				for range count / len(recs) {
					if _, _, err := client.Append(b.Context(), topic, 0, recs); err != nil {
						b.Fatal(err)
					}
				}
				b.ResetTimer()
				for range b.N {
					if read := drain(b, client.Topic(topic), count); read != count {
						b.Fatalf("%d records", read)
					}
				}
				perSecond(b, b.N*count)
			})
		})
	}
}

func drain(b *testing.B, log *eventlog.TopicLog, end int64) int {
	read := 0
	for offset := int64(0); offset < end; {
		batch, err := log.Fetch(b.Context(), 0, offset)
		if err != nil {
			b.Fatal(err)
		}
		read += len(batch.Records)
		offset = batch.Records[len(batch.Records)-1].Offset + 1
	}
	return read
}
