package telemetry_test

import (
	"strings"
	"testing"

	"weir.dev/weir/pkg/telemetry"
)

func TestAnAlarmOfWhatPassesIsReplacedAndCleared(t *testing.T) {
	reg := telemetry.Registry()
	ingest, eng := telemetry.NewIngestMetrics(reg), telemetry.NewEngineMetrics(reg)
	shows := func(lines ...string) {
		t.Helper()
		_, body := get(t, telemetry.Ops(ready, reg), "GET", "/metrics")
		for _, line := range lines {
			if !strings.Contains(body, "\n"+line+"\n") {
				t.Errorf("no line %s", line)
			}
		}
	}
	eng.Held(1, "store_out_of_memory")
	eng.Held(2, "store_out_of_memory")
	eng.Held(2, "store_out_of_memory")
	shows(`weir_alarm{name="store_out_of_memory"} 2`)
	eng.Held(2, "store_unavailable")
	shows(`weir_alarm{name="store_out_of_memory"} 1`, `weir_alarm{name="store_unavailable"} 1`)
	eng.Held(1, "")
	eng.Held(2, "")
	eng.Held(2, "")
	shows(`weir_alarm{name="store_out_of_memory"} 0`, `weir_alarm{name="store_unavailable"} 0`)

	for _, step := range []struct {
		name    string
		changed bool
		line    string
	}{
		{"", false, `weir_alarm{name="store_unavailable"} 0`},
		{"log_unavailable", true, `weir_alarm{name="log_unavailable"} 1`},
		{"log_unavailable", false, `weir_alarm{name="log_unavailable"} 1`},
		{"log_disk_error", true, `weir_alarm{name="log_unavailable"} 0`},
		{"", true, `weir_alarm{name="log_disk_error"} 0`},
	} {
		if got := ingest.Held(step.name); got != step.changed {
			t.Errorf("Held(%q) changed anything: %v", step.name, got)
		}
		shows(step.line)
	}
}
