package parts_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/parts"
)

func TestAnAddressInTheEnvironmentIsReturned(t *testing.T) {
	t.Setenv("WEIR_TEST_KAFKA", "127.0.0.1:1, 127.0.0.1:2")
	t.Setenv("WEIR_TEST_REDIS", "127.0.0.1:3")
	if got, want := parts.Kafka(t), []string{"127.0.0.1:1", "127.0.0.1:2"}; !slices.Equal(got, want) {
		t.Errorf("Kafka = %q, want %q", got, want)
	}
	if got, want := parts.Redis(t), "127.0.0.1:3"; got != want {
		t.Errorf("Redis = %q, want %q", got, want)
	}
}

func TestAnAbsentPartSkipsOrFailsAndNamesItsVariable(t *testing.T) {
	kafka := func(t testing.TB) { parts.Kafka(t) }
	redis := func(t testing.TB) { parts.Redis(t) }
	for _, c := range []struct {
		name, real string
		ask        func(testing.TB)
		verdict    string
		prefix     string
		variable   string
	}{
		{"kafka is skipped", "", kafka, "skip", "real part absent: kafka", "WEIR_TEST_KAFKA"},
		{"redis is skipped", "", redis, "skip", "real part absent: redis", "WEIR_TEST_REDIS"},
		{"kafka is required", "require", kafka, "fatal", "real part absent: kafka", "WEIR_TEST_KAFKA"},
		{"redis is required", "require", redis, "fatal", "real part absent: redis", "WEIR_TEST_REDIS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("WEIR_TEST_KAFKA", "")
			t.Setenv("WEIR_TEST_REDIS", "")
			t.Setenv("WEIR_REAL", c.real)
			seen := &witness{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				c.ask(seen)
			}()
			<-done
			if seen.verdict != c.verdict || !strings.HasPrefix(seen.message, c.prefix) || !strings.Contains(seen.message, c.variable) {
				t.Errorf("%s with %q, want %s with %q naming %s", seen.verdict, seen.message, c.verdict, c.prefix, c.variable)
			}
		})
	}
}

// witness notes how a test would have ended, instead of ending it.
type witness struct {
	testing.TB
	verdict, message string
}

func (w *witness) Helper() {}

func (w *witness) Skipf(format string, args ...any) { w.end("skip", format, args) }

func (w *witness) Fatalf(format string, args ...any) { w.end("fatal", format, args) }

func (w *witness) end(verdict, format string, args []any) {
	w.verdict, w.message = verdict, fmt.Sprintf(format, args...)
	runtime.Goexit()
}
