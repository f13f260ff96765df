package eventlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
)

func testFetchAtEnd(t *testing.T, b *bench) {
	b.append(t, records(3, 10)...)
	log := b.client.Topic(b.topic)
	batch, err := log.Fetch(t.Context(), 0, 3)
	if err != nil || len(batch.Records) != 0 || batch.First != 0 || batch.End != 3 {
		t.Fatalf("Fetch at the end = %+v, %v, want nothing, and the bounds 0 and 3", batch, err)
	}
	arrived := make(chan engine.Batch, 1)
	go func() {
		for {
			batch, err := log.Fetch(t.Context(), 0, 3)
			if err != nil || len(batch.Records) > 0 {
				arrived <- batch
				return
			}
		}
	}()
	b.append(t, event.Record{Value: []byte("fourth")})
	batch = <-arrived
	if len(batch.Records) != 1 || string(batch.Records[0].Value) != "fourth" || batch.End != 4 {
		t.Errorf("Fetch when a record came = %+v, want the fourth, and the end 4", batch)
	}
}

func testOutOfRange(t *testing.T, b *bench) {
	b.append(t, records(10, 10)...)
	b.trim(t, 4)
	for _, offset := range []int64{0, 3, 11, 1000} {
		batch, err := b.client.Topic(b.topic).Fetch(t.Context(), 0, offset)
		if !errors.Is(err, engine.ErrOutOfRange) || batch.First != 4 || batch.End != 10 {
			t.Errorf("Fetch from %d = %v, the log from %d to %d, want ErrOutOfRange, 4, 10", offset, err, batch.First, batch.End)
		}
	}
	batch, err := b.client.Topic(b.topic).Fetch(t.Context(), 0, 4)
	if err != nil || len(batch.Records) != 6 || batch.Records[0].Offset != 4 || batch.First != 4 || batch.End != 10 {
		t.Errorf("Fetch from the log's start = %d records, from %d to %d, %v", len(batch.Records), batch.First, batch.End, err)
	}
	bounds, err := b.client.Bounds(t.Context(), b.topic)
	if err != nil || bounds[0].First != 4 || bounds[0].End != 10 {
		t.Errorf("Bounds = %v, %v, want 4 to 10", bounds, err)
	}
}

func testFetchAnywhere(t *testing.T, b *bench) {
	const count = 3000
	written := records(count, 5000)
	for from := 0; from < count; from += 100 {
		b.append(t, written[from:from+100]...)
	}
	log := b.client.Topic(b.topic)
	random := rand.New(rand.NewPCG(7, 7))
	for _, start := range []int64{0, 1, 99, 100, random.Int64N(count), count - 1, count} {
		read := readAll(t, log, start, count)
		if len(read) != int(count-start) {
			t.Fatalf("from %d: %d records, want %d", start, len(read), count-start)
		}
		for i, rec := range read {
			offset := start + int64(i)
			if rec.Offset != offset || !bytes.Equal(rec.Value, written[offset].Value) {
				t.Fatalf("from %d: record %d has offset %d, or another value", start, offset, rec.Offset)
			}
		}
	}
	// A reader that jumps while the next batch is on its way gets what it asked for.
	for range 20 {
		offset := random.Int64N(count)
		batch, err := log.Fetch(t.Context(), 0, offset)
		if err != nil || len(batch.Records) == 0 || batch.Records[0].Offset != offset {
			t.Fatalf("Fetch from %d brought %d records, %v", offset, len(batch.Records), err)
		}
	}
}

func testFetchReconnects(t *testing.T, b *bench) {
	gate := newGate()
	b.client.DialWith(gate.dial)
	b.append(t, records(5, 10)...)
	log := b.client.Topic(b.topic)
	for offset := range int64(5) {
		gate.cutAll()
		batch, err := log.Fetch(t.Context(), 0, offset)
		if err != nil || len(batch.Records) != int(5-offset) {
			t.Fatalf("Fetch from %d over cut connections = %d records, %v", offset, len(batch.Records), err)
		}
	}
}

func testFetchCancelled(t *testing.T, b *bench) {
	b.client.DialWith(refuse)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := b.client.Topic(b.topic).Fetch(ctx, 0, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Fetch = %v, want DeadlineExceeded", err)
	}
}

func testAbortedTransactions(t *testing.T, b *bench) {
	producer := other(t, b.brokers, kgo.TransactionalID(b.topic))
	transaction := func(value string, how kgo.TransactionEndTry) {
		t.Helper()
		start := b.end(t)
		if err := producer.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			record := &kgo.Record{Topic: b.topic, Value: fmt.Appendf(nil, "%s%d", value, i)}
			if err := producer.ProduceSync(t.Context(), record).FirstErr(); err != nil {
				t.Fatal(err)
			}
		}
		if err := producer.EndTransaction(t.Context(), how); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the transaction's end is in the log", func() bool { return b.end(t) == start+4 })
	}
	transaction("kept", kgo.TryCommit)                // 0 to 2, and its end at 3
	transaction("aborted", kgo.TryAbort)              // 4 to 6, and its end at 7
	b.append(t, event.Record{Value: []byte("plain")}) // 8
	transaction("last", kgo.TryAbort)                 // 9 to 11, and its end at 12

	read := b.read(t, 0)
	var got []string
	for _, rec := range read {
		got = append(got, fmt.Sprintf("%d:%s", rec.Offset, rec.Value))
	}
	if want := "[0:kept0 1:kept1 2:kept2 8:plain]"; fmt.Sprint(got) != want {
		t.Errorf("the log shows %v, want %s", got, want)
	}
	for _, offset := range []int64{3, 5, 7} {
		batch, err := b.client.Topic(b.topic).Fetch(t.Context(), 0, offset)
		if err != nil || len(batch.Records) != 1 || batch.Records[0].Offset != 8 {
			t.Errorf("Fetch from %d, in a gap = %+v, %v, want offset 8", offset, batch.Records, err)
		}
	}
	batch, err := b.client.Topic(b.topic).Fetch(t.Context(), 0, 9)
	if err != nil || len(batch.Records) != 0 || batch.End != 13 {
		t.Errorf("Fetch of nothing but an abort = %+v, %v, want no records and the end 13", batch, err)
	}
}

func testCompressed(t *testing.T, b *bench) {
	for _, codec := range []kgo.CompressionCodec{
		kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(), kgo.ZstdCompression(),
	} {
		producer := other(t, b.brokers, kgo.ProducerBatchCompression(codec))
		start := b.end(t)
		var written []*kgo.Record
		for i := range 100 {
			written = append(written, &kgo.Record{
				Topic: b.topic, Key: []byte("acme"), Value: bytes.Repeat([]byte{byte(i)}, 1000),
				Headers: []kgo.RecordHeader{{Key: "ce_id", Value: fmt.Append(nil, i)}},
			})
		}
		if err := producer.ProduceSync(t.Context(), written...).FirstErr(); err != nil {
			t.Fatal(err)
		}
		read := b.read(t, start)
		if len(read) != len(written) {
			t.Fatalf("codec %v: %d records, want %d", codec, len(read), len(written))
		}
		for i, rec := range read {
			want := event.Record{
				Offset: start + int64(i), Key: []byte("acme"), Value: written[i].Value,
				Headers: []event.Header{{Key: "ce_id", Value: fmt.Append(nil, i)}},
			}
			if err := same(rec, want); err != nil {
				t.Fatalf("codec %v: record %d: %v", codec, i, err)
			}
		}
	}
}
