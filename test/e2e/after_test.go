package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const createdInQ1 = "/v1/metrics/deals_created?window=2026-Q1"

// wantProblem asks once, and wants a problem of a status and a kind.
func (s *system) wantProblem(t *testing.T, path string, status int, kind string) {
	t.Helper()
	got, body := s.get(t, path, "")
	problem, _ := at(body, "/type")
	if name, _ := problem.(string); got != status || !strings.HasSuffix(name, "/"+kind) {
		t.Errorf("GET %s: %d, %v; want %d, a problem %s", path, got, body, status, kind)
	}
}

// moved is a position with another log, partition or offset.
func moved(position string, part int, to func(string) string) string {
	parts := strings.Split(position, ".")
	parts[part] = to(parts[part])
	return strings.Join(parts, ".")
}

func TestAnAnswerAfterAPositionHasWhatWasWrittenThere(t *testing.T) {
	const writes = 50
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{})
		var position string
		for i := 1; i <= writes; i++ {
			position = s.post(t, dealCreated(fmt.Sprintf("D%d", i), 100, "2026-02-10T09:30:00Z"))
			if got := s.value(t, createdInQ1+"&after="+position); got != float64(i) {
				t.Fatalf("after %s there are %v deals, want %d", position, got, i)
			}
		}
		deal := s.ask(t, "/v1/deals/D50?after="+position, "")
		if got, _ := at(deal, "/position"); got != position {
			t.Errorf("the deal is of the position %v, want %s", got, position)
		}
		another := func(string) string { return "anotherlog" }
		next := func(number string) string {
			n, err := strconv.Atoi(number)
			if err != nil {
				t.Fatal(err)
			}
			return strconv.Itoa((n + 1) % 8)
		}
		s.wantProblem(t, createdInQ1+"&after="+moved(position, 0, another), http.StatusUnprocessableEntity, "position")
		s.wantProblem(t, createdInQ1+"&after="+moved(position, 1, next), http.StatusUnprocessableEntity, "position")
		s.wantProblem(t, createdInQ1+"&after=nonsense", http.StatusBadRequest, "parameter")
		beyond := func(string) string { return "1000000" }
		s.wantProblem(t, createdInQ1+"&after="+moved(position, 2, beyond), http.StatusServiceUnavailable, "behind")
		if got := s.value(t, createdInQ1+"&after="+position); got != writes {
			t.Errorf("%v deals, want %d", got, writes)
		}
	})
}

func TestAnAnswerThatWouldComeTooEarlyIsRefusedWhileTheAggregatorIsPaused(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		s.await(t, s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z")), "")
		s.programs[aggregator].signal(t, syscall.SIGSTOP)
		position := s.post(t, dealCreated("D2", 100, "2026-02-10T09:30:00Z"))
		s.wantProblem(t, createdInQ1+"&after="+position, http.StatusServiceUnavailable, "behind")
		if got := s.value(t, createdInQ1); got != 1 {
			t.Errorf("without a position there are %v deals, want the 1 of before", got)
		}
		s.programs[aggregator].signal(t, syscall.SIGCONT)
		s.await(t, position, "")
		if got := s.value(t, createdInQ1); got != 2 {
			t.Errorf("%v deals, want 2", got)
		}
	})
}
