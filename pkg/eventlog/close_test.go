package eventlog_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
)

func testClose(t *testing.T, b *bench) {
	b.client.Close()
	eventually(t, "no goroutine of the closed client runs", func() bool { return clientGoroutines() == "" })

	client := dial(t, b.brokers)
	gate := newGate()
	client.DialWith(gate.dial)
	if _, _, err := client.Append(t.Context(), b.topic, 0, records(2000, 5000)); err != nil {
		t.Fatal(err)
	}
	log := client.Topic(b.topic)
	if _, err := log.Fetch(t.Context(), 0, 0); err != nil { // which leaves the next one under way
		t.Fatal(err)
	}
	gate.hold()
	done := make(chan error, 2)
	for partition := range partitions {
		go func() {
			_, _, err := client.Append(t.Context(), b.topic, partition, []event.Record{{Value: []byte("late")}})
			done <- err
		}()
	}
	<-gate.held
	<-gate.held
	client.Close()
	for range partitions {
		if err := <-done; !errors.Is(err, eventlog.ErrUnknown) {
			t.Errorf("an append under way got %v, want ErrUnknown", err)
		}
	}
	gate.open()
	if _, _, err := client.Append(t.Context(), b.topic, 0, records(1, 1)); !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("Append after Close = %v, want ErrClosed", err)
	}
	if _, err := log.Fetch(t.Context(), 1, 0); !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("Fetch after Close = %v, want ErrClosed", err)
	}
	if _, err := client.ID(t.Context()); !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("ID after Close = %v, want ErrClosed", err)
	}
	client.Close()
	eventually(t, "no goroutine of the closed client runs", func() bool { return clientGoroutines() == "" })
}

// clientGoroutines are the stacks that the client or its transport is in, but for the transports that
// tests use to make and delete topics.
func clientGoroutines() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var found []string
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(stack, "eventlog.(*") {
			found = append(found, stack)
		}
	}
	return strings.Join(found, "\n\n")
}
