package store_test

import (
	"fmt"
	"sync"
	"testing"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

var _ engine.Outbox = (*store.Store)(nil)

func group(key string, fieldsAndValues ...string) state.Group {
	g := state.Group{Key: key}
	for i := 0; i < len(fieldsAndValues); i += 2 {
		g.Rows = append(g.Rows, state.Row{Field: fieldsAndValues[i], Value: []byte(fieldsAndValues[i+1])})
	}
	return g
}

func clears(t *testing.T, b bench) {
	s := b.store(t)
	m := commit(t, s, claim(t, s), 10, set("marks", "done", "1"), set("marks", "moved", "2"), set("marks", "other", "1"), set("g", "done", "1"))
	if err := s.Clear(t.Context(), part, group("marks", "done", "1", "moved", "1", "gone", "1")); err != nil {
		t.Fatal(err)
	}
	wantRows(t, s, []state.Ref{ref("marks", "done"), ref("marks", "moved"), ref("marks", "other"), ref("g", "done")}, "-", "2", "1", "1")
	wantMeta(t, s, m)
	if err := s.Clear(t.Context(), part, state.Group{Key: "marks"}); err != nil {
		t.Errorf("nothing to clear: %v", err)
	}
	if err := s.Clear(t.Context(), 99, group("marks", "other", "1")); err == nil {
		t.Error("rows of a partition that there is not were cleared")
	}
}

func clearsBesideCommits(t *testing.T, b bench) {
	s, other := b.store(t), b.store(t)
	m := claim(t, s)
	var all sync.WaitGroup
	for n := range 50 {
		m = commit(t, s, m, m.Offset+1, set("marks", "f", fmt.Sprint(n)))
		all.Go(func() {
			// It may give up where commits follow each other closely: then the row stays.
			_ = other.Clear(t.Context(), part, group("marks", "f", fmt.Sprint(n-1)))
		})
	}
	all.Wait()
	wantRows(t, s, []state.Ref{ref("marks", "f")}, "49")
}
