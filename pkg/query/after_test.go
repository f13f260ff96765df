package query_test

import (
	"fmt"
	"maps"
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

// TestQuestionsToAStoreThatStandsStillAreRefusedInTime: all of them, however many come, and none is kept.
func TestQuestionsToAStoreThatStandsStillAreRefusedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const turns, more = 256, 50
		m := newMemory(t, config.Default())
		m.hang = true
		h := handlerOf(t, config.Default(), m, nil)
		began := time.Now()
		answered := make(chan string)
		for i := range turns + more {
			if i == turns {
				synctest.Wait() // those before are at the store
			}
			go func() {
				r := get(t, h, "/v1/metrics/deals_won?after=log1.3.17")
				kind, _ := at(r.body, "/type")
				answered <- fmt.Sprint(r.status, " ", kind, " ", r.header.Get("Retry-After"), " after ", time.Since(began))
			}()
		}
		count := map[string]int{}
		for range turns + more {
			count[<-answered]++
		}
		const unavailable, busy = "503 https://weir.dev/problems/unavailable 1 after 10s", "503 https://weir.dev/problems/busy 1 after 2s"
		if want := map[string]int{unavailable: turns, busy: more}; !maps.Equal(count, want) {
			t.Errorf("answered %v, want %v", count, want)
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
