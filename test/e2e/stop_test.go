package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestProgramsEndWellWhenToldToInTheMiddleOfTraffic(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			endInTraffic(t, s)
		})
	}
}

// endInTraffic tells every program to end while events come. All that was acknowledged is there after the
// restart.
func endInTraffic(t *testing.T, how syscall.Signal) {
	end := func(t *testing.T, s *system) {
		tr := startTraffic(t, s, seed(t))
		for _, role := range []string{ingestor, aggregator, query} {
			tr.awaitMore(t, 300)
			p := s.programs[role]
			p.signal(t, how)
			if code := p.wait(t, gracePeriod); code != 0 {
				t.Errorf("%s ended with %d, want 0:\n%s", p.Name, code, p.Tail())
			}
			s.start(t, role)
		}
		tr.settle(t, s)
	}
	t.Run("embedded", func(t *testing.T) { end(t, startEmbedded(t, setup{data: t.TempDir()})) })
	t.Run("real", func(t *testing.T) { end(t, startReal(t, setup{})) })
}

func TestABadConfigurationIsRefusedWithExitCode2(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("tenants:\n  default:\n    zone: Mars/Olympus\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, command := range map[string][]string{
		"ingestor":          {"ingestor", "--config", bad},
		"aggregator":        {"aggregator", "--config", bad},
		"query":             {"query", "--config", bad},
		"weir up":           {"weir", "up", "--config", bad},
		"weir audit":        {"weir", "audit", "--config", bad, "--kafka", "127.0.0.1:1", "--redis", "127.0.0.1:1"},
		"no file":           {"query", "--config", bad + ".absent"},
		"no such flag":      {"ingestor", "--no-such-flag"},
		"no such weir flag": {"weir", "up", "--no-such-flag"},
		"no such command":   {"weir", "no-such-command"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := run(t, gracePeriod, command[0], command[1:]...)
			if code != 2 {
				t.Errorf("exit code %d, want 2:\n%s%s", code, stdout, stderr)
			}
			if strings.Contains(strings.Join(command, " "), bad) && !strings.Contains(stderr, "bad.yaml") {
				t.Errorf("it does not name the file:\n%s", stderr)
			}
		})
	}
}
