package e2e

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"
)

// everything asks for each metric of the catalogue, the pipeline flow and the deals, all as of the last day
// of the company.
func (s *system) everything(t *testing.T) map[string]any {
	t.Helper()
	const day = "2026-06-30"
	catalogue, _ := at(s.ask(t, "/v1/metrics", ""), "/metrics")
	answers := map[string]any{}
	list, _ := catalogue.([]any)
	for _, entry := range list {
		id, _ := at(entry, "/id")
		window := "365d"
		if windows, _ := at(entry, "/windows"); !slices.Contains(windows.([]any), any(window)) {
			window = "2026-Q2" // it takes standard periods only
		}
		path := fmt.Sprintf("/v1/metrics/%v?window=%s&as_of=%s", id, window, day)
		answers[path] = s.ask(t, path, "")
	}
	for _, path := range []string{"/v1/pipeline/flow?window=2026-Q1&as_of=" + day, "/v1/deals?limit=50", "/v1/metrics/bookings?window=2026-Q1&by=owner&as_of=" + day} {
		answers[path] = s.ask(t, path, "")
	}
	for _, answer := range answers {
		delete(answer.(map[string]any), "freshness")
		delete(answer.(map[string]any), "position") // a tick may come meanwhile, on which no number depends
	}
	if len(answers) < 100 {
		t.Fatalf("there are only %d answers: %v", len(answers), slices.Sorted(maps.Keys(answers)))
	}
	return answers
}

// company lets Weir make up a company and post its history, and returns its events and its last position.
func (s *system) company(t *testing.T) (events int, position string) {
	t.Helper()
	code, stdout, stderr := run(t, 2*patience, "weir", "generate", "--seed", "7", "--days", "90", "--until", "2026-06-30T12:00:00Z", "--to", s.url(ingestor, ""))
	var rejected int
	if _, err := fmt.Sscanf(stdout, "accepted %d\nrejected %d\nposition %s\n", &events, &rejected, &position); code != 0 || err != nil || rejected > 0 {
		t.Fatalf("generate: exit code %d, %v:\n%s%s", code, err, stdout, stderr)
	}
	return events, position
}

func wantSame(t *testing.T, got, want map[string]any) {
	t.Helper()
	for path := range want {
		if !reflect.DeepEqual(got[path], want[path]) {
			t.Errorf("GET %s: %v, before it was %v", path, got[path], want[path])
		}
	}
}

func TestAnswersAreTheSameAfterARestart(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		s := startEmbedded(t, setup{data: t.TempDir()})
		events, position := s.company(t)
		s.await(t, position, "")
		before := s.everything(t)
		s.programs[query].stop(t)
		began := time.Now()
		s.start(t, query)
		s.await(t, position, "")
		took := time.Since(began)
		t.Logf("%d events were replayed in %.2f s: %.1f s for a million", events, took.Seconds(), took.Seconds()/float64(events)*1e6)
		wantSame(t, s.everything(t), before)
		s.audit(t)
	})
	t.Run("real", func(t *testing.T) {
		for name, lose := range map[string]func(*testing.T, *system){
			"with what Redis had": func(*testing.T, *system) {},
			"with an empty Redis": func(t *testing.T, s *system) { emptyRedis(t, s.address("redis")) },
		} {
			t.Run(name, func(t *testing.T) {
				s := startReal(t, setup{})
				_, position := s.company(t)
				s.await(t, position, "")
				before := s.everything(t)
				for _, role := range []string{ingestor, query, aggregator} {
					s.programs[role].stop(t)
				}
				lose(t, s)
				for _, role := range []string{query, aggregator, ingestor} {
					s.start(t, role)
				}
				s.await(t, position, "")
				wantSame(t, s.everything(t), before)
				s.audit(t)
			})
		}
	})
}

func TestARedisThatIsEmptiedWhileWeirRunsIsFilledAgain(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		t.Run("while events come", func(t *testing.T) {
			s := startReal(t, setup{})
			tr := startTraffic(t, s, seed(t))
			for range 3 {
				tr.awaitMore(t, 500)
				emptyRedis(t, s.address("redis"))
			}
			s.audit(t)
			tr.settle(t, s)
		})
		t.Run("while none come", func(t *testing.T) {
			s := startReal(t, setup{})
			position := s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z"))
			s.await(t, position, "")
			emptyRedis(t, s.address("redis"))
			s.await(t, position, "")
			if got := s.value(t, createdInQ1); got != 1 {
				t.Errorf("%v deals, want 1", got)
			}
			s.audit(t)
		})
	})
}
