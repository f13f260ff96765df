package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rebuild runs weir rebuild with further arguments, and returns what it says.
func (s *system) rebuild(t *testing.T, more ...string) string {
	t.Helper()
	args := append(s.configured([]string{"rebuild", "--kafka", s.address("kafka"), "--redis", s.address("redis")}), more...)
	code, stdout, stderr := run(t, time.Minute, "weir", args...)
	if code != 0 {
		t.Fatalf("weir %s: exit code %d:\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// zoned writes a configuration whose tenant lives in a zone.
func zoned(t *testing.T, zone string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "weir.yaml")
	if err := os.WriteFile(file, []byte("tenants: {default: {zone: "+zone+"}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheStateIsRebuiltBesideTheLiveOneWhileEventsCome(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		before := dealCreated("before", 0, "2025-06-10T09:30:00Z")
		before.Type, before.Subject, before.Data = "dev.weir.lead.captured", "lead/before", map[string]any{}
		s.await(t, s.post(t, before), "")
		tr := startTraffic(t, s, seed(t))
		tr.awaitApplied(t, s)
		said := s.rebuild(t)
		if strings.Count(said, ": live from offset ") != 8 || strings.Count(said, ", 0 of ") != 8 {
			t.Errorf("it says:\n%s", said)
		}
		tr.awaitApplied(t, s)
		s.rebuild(t, "--drop")                             // or the cell may be lost of the state before
		lost := loseCell(t, s.address("redis"), "2025-06") // no event touches it any more
		said = s.rebuild(t, "--rate", "100000")
		if !strings.Contains(said, ", 1 of ") {
			t.Errorf("%s is gone, and it says:\n%s", lost, said)
		}
		tr.awaitApplied(t, s)
		s.rebuild(t, "--back")
		tr.awaitApplied(t, s)
		s.rebuild(t, "--back")
		tr.awaitApplied(t, s)
		if said = s.rebuild(t, "--drop"); strings.Count(said, "the state before is removed") != 8 {
			t.Errorf("it says:\n%s", said)
		}
		tr.settle(t, s)
	})
}

// TestAChangedDefinitionIsBuiltBesideTheLiveOneAndTakesOver moves a company to another zone: until the flip the
// old definition answers, and a program of the new one says how far it is.
func TestAChangedDefinitionIsBuiltBesideTheLiveOneAndTakesOver(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		const newYear = "/v1/metrics/deals_created?window=2026-01-01&as_of=2026-01-31"
		s := startReal(t, setup{config: zoned(t, "UTC")})
		s.await(t, s.post(t, dealCreated("D1", 100, "2025-12-31T23:30:00Z")), "")
		if got := s.value(t, newYear); got != 0 {
			t.Fatalf("%v deals on New Year's Day in UTC", got)
		}
		moved := &system{config: zoned(t, "Europe/Berlin"), logs: s.logs, programs: map[string]*program{}, addresses: map[string]string{
			"kafka": s.address("kafka"), "redis": s.address("redis"),
		}}
		for _, role := range []string{query, aggregator} {
			moved.programs[role] = newProgram(t, s.logs, "moved "+role, role, moved.hear, moved.service(s.address("kafka"), s.address("redis"))...)
		}
		moved.start(t, query)
		moved.wantProblem(t, newYear, 503, "rebuilding")
		s.rebuild(t) // under the old definition: nothing changes hands
		moved.wantProblem(t, newYear, 503, "rebuilding")
		moved.rebuild(t)
		moved.start(t, aggregator)
		moved.await(t, s.post(t, dealCreated("D2", 100, "2025-12-31T23:45:00Z")), "")
		if got := moved.value(t, newYear); got != 2 {
			t.Errorf("%v deals on New Year's Day in Berlin, want 2", got)
		}
		s.wantProblem(t, newYear, 503, "rebuilding")
		moved.audit(t)
		s.programs[aggregator].wait(t, patience) // it says why, and ends
		s.programs[aggregator].settled = true
		if last := s.programs[aggregator].Tail(); !strings.Contains(last, "alarm=definition_changed") {
			t.Errorf("the old aggregator's last words:\n%s", last)
		}
	})
}
