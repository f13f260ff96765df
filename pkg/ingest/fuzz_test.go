package ingest

import (
	"bytes"
	"errors"
	"testing"

	"weir.dev/weir/pkg/event"
)

// FuzzReadDeadLetter reads a record of the dead letters, and writes it again.
func FuzzReadDeadLetter(f *testing.F) {
	for _, letter := range []DeadLetter{
		{Reason: event.Missing, Detail: "must be there", Pointer: "/time", Tenant: "acme", Source: HTTP, Event: []byte(timeless("e-1"))},
		{Reason: event.Malformed, Source: "crm", Headers: []event.Header{{Key: "ce_id", Value: []byte{0xff}}}, Event: []byte{0}, Truncated: true, ReceivedAt: 1, Position: &RecordPosition{"crm", 1, 2}},
	} {
		rec, err := letter.Record()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(rec.Value)
	}
	f.Add([]byte(`{"reason":"x","headers":[{"name":"ce-data","value":"1"}],"event":"[","event_base64":"AA=="}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		letter, err := ReadDeadLetter(event.Record{Value: value})
		if err != nil {
			if !errors.Is(err, ErrDeadLetter) {
				t.Errorf("%v", err)
			}
			return
		}
		if _, err := letter.Document(); err != nil && !errors.Is(err, ErrNoEvent) {
			t.Errorf("%v", err)
		}
		rec, err := letter.Record()
		if err != nil {
			t.Fatalf("%+v cannot be written: %v", letter, err)
		}
		again, err := ReadDeadLetter(rec)
		if err != nil {
			t.Fatalf("%s cannot be read: %v", rec.Value, err)
		}
		if same, err := again.Record(); err != nil || !bytes.Equal(same.Value, rec.Value) {
			t.Errorf("%s\nis read as\n%s, %v", rec.Value, same.Value, err)
		}
	})
}
