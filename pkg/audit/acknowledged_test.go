package audit_test

import (
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/audit"
)

func TestWhatWasAcknowledgedIsReadByIdAndSource(t *testing.T) {
	a, err := audit.ReadAcknowledged(strings.NewReader(`{"id":"2","source":"/crm","type":"dev.weir.deal.won"}
		{"id":"1","source":"/crm"} {"source":"/crm","id":"1"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`event "1" of "/crm" was acknowledged, and is not in the log`, `event "2" of "/crm" was acknowledged, and is not in the log`,
	}
	if got := a.Lost(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for text, place := range map[string]string{`{"id":"1","source":"/crm"} {"id":"2"}`: "event 2", `[]`: "event 1", `{"id":`: "event 1"} {
		if _, err := audit.ReadAcknowledged(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
