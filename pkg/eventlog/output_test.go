package eventlog_test

import (
	"fmt"
	"testing"

	"weir.dev/weir/pkg/event"
)

func testTail(t *testing.T, b *bench) {
	log := b.client.Topic(b.topic)
	ends := func(most int, want ...string) {
		t.Helper()
		recs, err := log.Tail(t.Context(), 0, most)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, rec := range recs {
			got = append(got, string(rec.Value))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the last %d are %v, want %v", most, got, want)
		}
	}
	ends(3)
	for _, batch := range [][]string{{"a"}, {"b", "c", "d"}, {"e"}} {
		var recs []event.Record
		for _, value := range batch {
			recs = append(recs, event.Record{Value: []byte(value)})
		}
		if err := log.Send(t.Context(), 0, recs); err != nil {
			t.Fatal(err)
		}
	}
	ends(1, "e")
	ends(3, "c", "d", "e")
	ends(100, "a", "b", "c", "d", "e")
}
