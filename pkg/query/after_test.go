package query_test

import (
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/config"
)

func TestAQuestionWaitsForWhatWasWrittenBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, config.Default())
		deals := batchFile(t, "eight_deals.json")
		m.apply("default", 100, deals[:16]...) // D4 is not yet won
		h := handlerOf(t, config.Default(), m, nil)
		answered := make(chan reply)
		go func() { answered <- get(t, h, "/v1/metrics/deals_won?window=2026-Q1&after=log1.3.16") }()
		synctest.Wait()
		select {
		case r := <-answered:
			t.Fatalf("answered at once: %s", r.text)
		case <-time.After(4 * time.Second):
		}
		m.apply("default", 100, deals[16:]...)
		began := time.Now()
		r := <-answered
		if won, _ := at(r.body, "/values/0/value"); r.status != 200 || won != 3.0 {
			t.Errorf("%d: %s", r.status, r.text)
		}
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("it was noticed after %v", took)
		}
	})
}

func TestAQuestionGivesUpAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, config.Default())
		m.apply("default", 100, batchFile(t, "eight_deals.json")...)
		h := handlerOf(t, config.Default(), m, nil)
		began := time.Now()
		r := get(t, h, "/v1/metrics/deals_won?after=log1.3.17")
		if kind, _ := at(r.body, "/type"); r.status != 503 || kind != "https://weir.dev/problems/behind" || r.header.Get("Retry-After") != "1" {
			t.Errorf("%d: %s", r.status, r.text)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("after %v, want 5s", took)
		}
		if m.cuts > 100 {
			t.Errorf("it looked %d times", m.cuts)
		}
	})
}

func TestAQuestionAfterItsOwnAnswerIsAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, config.Default())
		m.apply("default", 100, batchFile(t, "eight_deals.json")...)
		h := handlerOf(t, config.Default(), m, nil)
		began := time.Now()
		position, _ := at(get(t, h, "/v1/metrics/deals_won").body, "/position")
		for _, path := range []string{"/v1/metrics/deals_won?", "/v1/deals?", "/v1/deals/D1?", "/v1/pipeline/flow?window=2026-Q1&"} {
			if r := get(t, h, path+"after="+position.(string)); r.status != 200 {
				t.Errorf("GET %s: %d %s", path, r.status, r.text)
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("after %v", took)
		}
	})
}
