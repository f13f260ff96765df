package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// secondAggregator starts one more aggregator on the partitions of a system, and returns where it says
// whether it is ready.
func (s *system) secondAggregator(t *testing.T) (readyURL string) {
	t.Helper()
	other := &system{addresses: map[string]string{}}
	p := newProgram(t, s.logs, "second aggregator", aggregator, other.hear, s.programs[aggregator].args...)
	other.programs = map[string]*program{aggregator: p}
	other.start(t, aggregator)
	return other.url(aggregator, "/readyz")
}

// awaitFenced waits until the system's own aggregator says that another has taken a number of partitions
// at least.
func (s *system) awaitFenced(t *testing.T, partitions int) {
	t.Helper()
	eventually(t, patience, "fenced", func() error {
		status, text, err := fetch(s.url(aggregator, "/readyz"))
		if err == nil && (status != http.StatusServiceUnavailable || strings.Count(text, ": fenced") < partitions) {
			err = fmt.Errorf("%d: %s", status, text)
		}
		return err
	})
	eventually(t, patience, "its log says so", func() error { // which comes through a pipe
		if log := s.programs[aggregator].out.tail(); !strings.Contains(log, "alarm=fenced") {
			return fmt.Errorf("the log:\n%s", log)
		}
		return nil
	})
}

func TestASecondAggregatorFencesTheFirstAndNumbersStayRight(t *testing.T) {
	nothing := func(*testing.T, *program) {}
	t.Run("real", func(t *testing.T) {
		for name, around := range map[string]struct{ before, after func(*testing.T, *program) }{
			"while the first runs":      {nothing, nothing},
			"while the first is paused": {signalled(syscall.SIGSTOP), signalled(syscall.SIGCONT)},
		} {
			t.Run(name, func(t *testing.T) {
				s := startReal(t, setup{})
				tr := startTraffic(t, s, seed(t))
				tr.awaitMore(t, 500)
				around.before(t, s.programs[aggregator])
				second := s.secondAggregator(t)
				tr.awaitMore(t, 500)
				around.after(t, s.programs[aggregator])
				s.awaitFenced(t, 1) // that with the tenant
				tr.awaitMore(t, 500)
				s.awaitFenced(t, 8) // the quiet ones too, and it stays to say so
				tr.settle(t, s)
				if status, text, err := fetch(second); err != nil || status != http.StatusOK {
					t.Errorf("the second aggregator: %v, %d: %s", err, status, text)
				}
			})
		}
	})
}

func signalled(s syscall.Signal) func(*testing.T, *program) {
	return func(t *testing.T, p *program) {
		t.Helper()
		p.signal(t, s)
	}
}
