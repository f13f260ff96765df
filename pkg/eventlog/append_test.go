package eventlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
)

func testRoundTrip(t *testing.T, b *bench) {
	written := []event.Record{
		{Key: []byte("acme"), Value: []byte(`{"amount":1}`), Headers: []event.Header{
			{Key: "ce_id", Value: []byte("7")}, {Key: "ce_type", Value: []byte("deal.created")}, {Key: "ce_id", Value: []byte("8")},
		}},
		{Key: nil, Value: nil},
		{Key: []byte{}, Value: []byte{}, Headers: []event.Header{{Key: "", Value: nil}, {Key: "empty", Value: []byte{}}}},
		{Key: []byte("Müller"), Value: bytes.Repeat([]byte{0, 255}, 50_000)},
	}
	first, last := b.append(t, written...)
	if first != 0 || last != 3 {
		t.Fatalf("offsets %d to %d, want 0 to 3", first, last)
	}
	read := b.read(t, 0)
	if len(read) != len(written) {
		t.Fatalf("%d records, want %d", len(read), len(written))
	}
	for i, rec := range read {
		want := written[i]
		want.Offset = int64(i)
		if err := same(rec, want); err != nil {
			t.Errorf("record %d: %v", i, err)
		}
	}
}

// same compares all but the time, and tells nil from empty.
func same(got, want event.Record) error {
	if got.Offset != want.Offset {
		return fmt.Errorf("offset %d, want %d", got.Offset, want.Offset)
	}
	if !identical(got.Key, want.Key) || !identical(got.Value, want.Value) {
		return fmt.Errorf("key %q and value of %d bytes, want %q and %d bytes", got.Key, len(got.Value), want.Key, len(want.Value))
	}
	if len(got.Headers) != len(want.Headers) {
		return fmt.Errorf("headers %q, want %q", got.Headers, want.Headers)
	}
	for i := range got.Headers {
		if got.Headers[i].Key != want.Headers[i].Key || !identical(got.Headers[i].Value, want.Headers[i].Value) {
			return fmt.Errorf("header %d: %q, want %q", i, got.Headers[i], want.Headers[i])
		}
	}
	return nil
}

func identical(a, b []byte) bool {
	return bytes.Equal(a, b) && (a == nil) == (b == nil)
}

func testArrivalTime(t *testing.T, b *bench) {
	before := time.Now().Add(-time.Second).UnixMilli()
	old := &kgo.Record{Topic: b.topic, Value: []byte("old"), Timestamp: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := other(t, b.brokers).ProduceSync(t.Context(), old).FirstErr(); err != nil {
		t.Fatal(err)
	}
	b.append(t, event.Record{Time: 1, Value: []byte("new")})
	after := time.Now().Add(time.Second).UnixMilli()
	for _, rec := range b.read(t, 0) {
		if rec.Time < before || rec.Time > after {
			t.Errorf("%s: time %v, want between %v and %v", rec.Value, time.UnixMilli(rec.Time), time.UnixMilli(before), time.UnixMilli(after))
		}
	}
}

func testConcurrentAppends(t *testing.T, b *bench) {
	const writers, calls = 16, 40
	type run struct{ writer, call, first, last int64 }
	runs := make(chan run, writers*calls)
	var group sync.WaitGroup
	total := 0
	for writer := range int64(writers) {
		random := rand.New(rand.NewPCG(1, uint64(writer)))
		sizes := make([]int, calls)
		for i := range sizes {
			sizes[i] = 1 + random.IntN(20)
			total += sizes[i]
		}
		group.Go(func() {
			for call, count := range sizes {
				recs := make([]event.Record, count)
				for i := range recs {
					recs[i].Value = fmt.Appendf(nil, "%d/%d/%d", writer, call, i)
				}
				first, last, err := b.client.Append(t.Context(), b.topic, 0, recs)
				if err != nil || last-first != int64(count-1) {
					t.Errorf("offsets %d to %d for %d records: %v", first, last, count, err)
				}
				runs <- run{writer, int64(call), first, last}
			}
		})
	}
	group.Wait()
	close(runs)
	read := b.read(t, 0)
	if len(read) != total {
		t.Fatalf("%d records in the log, want %d", len(read), total)
	}
	for r := range runs {
		for offset := r.first; offset <= r.last; offset++ {
			if got, want := string(read[offset].Value), fmt.Sprintf("%d/%d/%d", r.writer, r.call, offset-r.first); got != want {
				t.Fatalf("offset %d holds %s, its appender was told %s", offset, got, want)
			}
		}
	}
}

func testLargeCall(t *testing.T, b *bench) {
	b.append(t, event.Record{Value: []byte("before")})
	written := records(50, eventlog.RequestBytes/10)
	first, last := b.append(t, written...)
	if first != 1 || last != 50 {
		t.Errorf("offsets %d to %d, want 1 to 50", first, last)
	}
	read := b.read(t, first)
	if len(read) != len(written) {
		t.Fatalf("%d records, want %d", len(read), len(written))
	}
	for i, rec := range read {
		if !bytes.Equal(rec.Value, written[i].Value) {
			t.Fatalf("record %d is not the one written", i)
		}
	}
}

func testTooLarge(t *testing.T, b *bench) {
	fits := records(1, eventlog.LargestBatch-200)
	large := records(2, eventlog.LargestBatch+200)
	large[0].Value = []byte("small")
	_, _, err := b.client.Append(t.Context(), b.topic, 0, large)
	if !errors.Is(err, eventlog.ErrTooLarge) {
		t.Errorf("Append = %v, want ErrTooLarge", err)
	}
	if end := b.end(t); end != 0 {
		t.Errorf("%d records were written, want none", end)
	}
	if first, last := b.append(t, fits...); first != 0 || last != 0 {
		t.Errorf("the largest that fits got offsets %d to %d, want 0 to 0", first, last)
	}
}

func testAppendNothing(t *testing.T, b *bench) {
	if first, last := b.append(t); first != 0 || last != -1 {
		t.Errorf("offsets %d to %d, want 0 to -1", first, last)
	}
}

func testOverload(t *testing.T, b *bench) {
	gate := newGate()
	b.client.DialWith(gate.dial)
	b.append(t, event.Record{Value: []byte("known")})
	gate.hold()
	defer gate.open()
	recs := records(1, eventlog.RequestBytes/2)
	fit := eventlog.LaneBytes / (eventlog.RequestBytes/2 + 100)
	errs := make(chan error, 2*fit)
	for range 2 * fit {
		go func() {
			_, _, err := b.client.Append(t.Context(), b.topic, 0, recs)
			errs <- err
		}()
	}
	refused := 0
	for refused < fit {
		if err := <-errs; !errors.Is(err, eventlog.ErrOverloaded) {
			t.Fatalf("Append = %v while the log stands still, want ErrOverloaded", err)
		}
		refused++
	}
	<-gate.held // a request to the one partition
	other := make(chan error, 1)
	go func() {
		_, _, err := b.client.Append(t.Context(), b.topic, 1, recs)
		other <- err
	}()
	select {
	case <-gate.held: // and one to another, which is admitted
	case err := <-other:
		t.Fatalf("Append to another partition = %v while the log stands still", err)
	}
	gate.open()
	if err := <-other; err != nil {
		t.Errorf("Append to another partition = %v", err)
	}
	for range fit {
		if err := <-errs; err != nil {
			t.Fatalf("Append = %v, want success of what had been admitted", err)
		}
	}
	b.append(t, recs...)
	if end := b.end(t); end != int64(fit)+2 {
		t.Errorf("%d records in the log, want %d", end, fit+2)
	}
}

func testCallerLeaves(t *testing.T, b *bench) {
	gate := newGate()
	b.client.DialWith(gate.dial)
	b.append(t, event.Record{Value: []byte("known")})
	gate.hold()
	defer gate.open()
	start := func(ctx context.Context, value string) <-chan error {
		done := make(chan error, 1)
		go func() {
			_, _, err := b.client.Append(ctx, b.topic, 0, []event.Record{{Value: []byte(value)}})
			done <- err
		}()
		return done
	}
	sentCtx, leaveSent := context.WithCancel(t.Context())
	waitsCtx, leaveWaiting := context.WithCancel(t.Context())
	sent := start(sentCtx, "sent")
	<-gate.held
	waits := start(waitsCtx, "waits")
	stays := start(t.Context(), "stays")

	leaveWaiting()
	if err := <-waits; !errors.Is(err, eventlog.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("the one that waited got %v, want ErrUnavailable and Canceled", err)
	}
	leaveSent()
	if err := <-sent; !errors.Is(err, eventlog.ErrUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("the one that was sent got %v, want ErrUnknown and Canceled", err)
	}
	gate.open()
	if err := <-stays; err != nil {
		t.Errorf("the one that stayed got %v", err)
	}
	var values []string
	for _, rec := range b.read(t, 0) {
		values = append(values, string(rec.Value))
	}
	if got, want := fmt.Sprint(values), "[known sent stays]"; got != want {
		t.Errorf("the log holds %s, want %s", got, want)
	}
}

func testCutUnderAppend(t *testing.T, b *bench) {
	gate := newGate()
	b.client.DialWith(gate.dial)
	b.append(t, event.Record{Value: []byte("known")})
	gate.cutNextAnswer("lost answer")
	_, _, err := b.client.Append(t.Context(), b.topic, 0, []event.Record{{Value: []byte("lost answer")}})
	if !errors.Is(err, eventlog.ErrUnknown) {
		t.Fatalf("Append = %v, want ErrUnknown", err)
	}
	eventually(t, "the record is in the log", func() bool { return b.end(t) == 2 })
	b.append(t, event.Record{Value: []byte("again")})
}

func testUnreachable(t *testing.T, b *bench) {
	b.append(t, event.Record{Value: []byte("known")})
	b.client.SetPatience(100 * time.Millisecond)
	b.client.DialWith(refuse)
	_, _, err := b.client.Append(t.Context(), b.topic, 0, records(1, 10))
	if !errors.Is(err, eventlog.ErrUnavailable) {
		t.Errorf("Append = %v, want ErrUnavailable", err)
	}
	_, _, err = b.client.Append(t.Context(), newTopic(t, b.brokers), 0, records(1, 10))
	if !errors.Is(err, eventlog.ErrUnavailable) {
		t.Errorf("Append to a topic that is not known = %v, want ErrUnavailable", err)
	}
}
