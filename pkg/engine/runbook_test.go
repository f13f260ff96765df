package engine

import (
	"os"
	"strings"
	"testing"
)

func TestEveryAlarmStandsInTheRunbook(t *testing.T) {
	runbook, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range append(alarms, struct {
		err  error
		name string
	}{nil, "unexpected"}) {
		if a.name != "" && !strings.Contains(string(runbook), "\n### `"+a.name+"`\n") {
			t.Errorf("docs/operations.md does not say what to do about %s", a.name)
		}
	}
}
