package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// TestTheStepUnderRandomFaultsIsWhatTheLogSays runs the simulation with the real step, and holds the
// cells against a recomputation from the log.
func TestTheStepUnderRandomFaultsIsWhatTheLogSays(t *testing.T) {
	simulate(t, 60, stepped, strayed, jumped)
}

func stepped(t *testing.T, seed uint64) (*simulation, error) {
	layouts, err := config.Default().Layouts()
	if err != nil {
		t.Fatal(err)
	}
	s := newSimulation(t, seed, newBench(t, 0), func() engine.Machine { return aggregate.New(layouts, aggregate.Options{}) })
	s.next = s.event
	return s, errors.Join(s.run(), s.stopAll(), s.audited(layouts))
}

// event appends an event about one of three deals; some are repeats, and some cannot be folded.
func (s *simulation) event() {
	n := s.rng.IntN(200)
	kinds := []struct{ kind, data string }{
		{"deal.created", fmt.Sprintf(`{"stage":"s%d","amount":"%d","owner":"o%d","close_date":"2026-02-1%d"}`, n%3, n, n%2, n%10)},
		{"deal.stage_changed", fmt.Sprintf(`{"to":"s%d"}`, n%3)},
		{"deal.amount_changed", fmt.Sprintf(`{"amount":"%d"}`, n)},
		{"deal.won", `{}`},
		{"deal.lost", `{}`},
		{"deal.reopened", `{}`},
		{"deal.merged", fmt.Sprintf(`{"into":"D%d"}`, (n+1)%3)},
		{"activity.logged", `{"kind":"call"}`},
		{"deal.stage_changed", `{"to":7}`},
		{"deal.exploded", `{}`},
	}
	k := kinds[n%len(kinds)]
	e := event.Event{
		ID: fmt.Sprint(n), Source: "/simulation", Type: "dev.weir." + k.kind, Subject: fmt.Sprintf("deal/D%d", n%3),
		Time: 1_767_225_600_000 + int64(n)*s.pace.Milliseconds(), Data: []byte(k.data),
	}
	rec := e.ToRecord("default")
	rec.Time = e.Time + int64(s.rng.IntN(5))*s.late.Milliseconds()
	if s.relay != nil { // what became known earlier than what was told before is not told
		s.arrived = max(s.arrived, rec.Time)
		rec.Time = s.arrived
	}
	s.log.append(rec, int64(s.rng.IntN(2)))
}

// audited holds the cells in the store against the log.
func (s *simulation) audited(layouts map[string]*metric.Layout) error {
	plain := audit.New(layouts)
	for _, rec := range s.log.records {
		plain.Add(rec)
	}
	want, err := plain.Cells()
	if err != nil {
		return err
	}
	if cells, differences := audit.Compare(want, cellsOf(s.store.Now().rows)); len(differences) > 0 || cells == 0 && plain.Events > 0 {
		return fmt.Errorf("%d of %d cells differ: %v", len(differences), cells, differences)
	}
	if kept := len(s.letters.all()); kept != plain.Refused {
		return fmt.Errorf("%d dead letters, want %d", kept, plain.Refused)
	}
	return nil
}

func cellsOf(rows map[state.Ref]string) audit.Rows {
	out := audit.Rows{}
	for ref, value := range rows {
		if ref.Key[:2] != "c:" {
			continue
		}
		if out[ref.Key] == nil {
			out[ref.Key] = map[string][]byte{}
		}
		out[ref.Key][ref.Field] = []byte(value)
	}
	return out
}
