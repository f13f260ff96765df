package ingest

import (
	"net/http"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
)

// alarms are those that are raised.
func (e *edge) alarms(t testing.TB) map[string]bool {
	t.Helper()
	families, err := e.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	raised := map[string]bool{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == "weir_alarm" && m.GetGauge().GetValue() == 1 {
				raised[m.GetLabel()[0].GetValue()] = true
			}
		}
	}
	return raised
}

func TestALogThatTakesNothingRaisesAnAlarmUntilItDoes(t *testing.T) {
	e := newEdge(t, config.Default())
	for _, step := range []struct {
		fails error
		want  string
	}{{nil, ""}, {errDown, "log_unavailable"}, {engine.ErrLogDisk, "log_disk_error"}, {nil, ""}} {
		e.log.set(func() { e.log.fails[eventsTopic] = step.fails })
		status := http.StatusAccepted
		if step.fails != nil {
			status = http.StatusServiceUnavailable
		}
		wantStatus(t, e.post(structured, moved("e")), status)
		if raised := e.alarms(t); raised[step.want] != (step.want != "") || len(raised) > 1 {
			t.Errorf("after %v: alarms %v, want %q", step.fails, raised, step.want)
		}
	}
	e.log.set(func() { e.log.limit = 2000 })
	large := strings.Replace(moved("large"), `{"to":"negotiation"}`, `{"to":"negotiation","note":"`+strings.Repeat("x", 3000)+`"}`, 1)
	wantStatus(t, e.post(structured, large), http.StatusBadRequest)
	if raised := e.alarms(t); len(raised) > 0 {
		t.Errorf("an event that is too large raises %v", raised)
	}
}
