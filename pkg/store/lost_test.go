package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

func replyLost(t *testing.T, b bench) {
	p := newProxy(t, b.addr)
	s := dial(t, p.addr(), b.cfg)
	m := claim(t, s)
	changes := []state.Change{set("g", "f", "v"), set("h", "f", "w")}
	next := at(m, 10)
	p.onExec(func() fate { return cutAfter })
	if err := s.Commit(t.Context(), part, 0, next, changes); !errors.Is(err, store.ErrUnknown) {
		t.Fatalf("%v, want %v", err, store.ErrUnknown)
	}
	wantMeta(t, s, next)
	wantRows(t, s, []state.Ref{ref("g", "f"), ref("h", "f")}, "v", "w")
	if err := s.Commit(t.Context(), part, 0, next, changes); !errors.Is(err, engine.ErrMoved) {
		t.Errorf("the same again: %v, want %v", err, engine.ErrMoved)
	}
	commit(t, s, next, 20, set("g", "f", "on"))
}

func cutBeforeExec(t *testing.T, b bench) {
	p := newProxy(t, b.addr)
	s := dial(t, p.addr(), b.cfg)
	m := claim(t, s)
	p.onExec(func() fate { return cutBefore })
	err := s.Commit(t.Context(), part, 0, at(m, 10), []state.Change{set("g", "f", "v")})
	if !errors.Is(err, store.ErrUnknown) {
		t.Fatalf("%v, want %v", err, store.ErrUnknown)
	}
	wantMeta(t, s, m)
	wantRows(t, s, []state.Ref{ref("g", "f")}, "-")
	commit(t, s, m, 10, set("g", "f", "v"))
}

func noAnswer(t *testing.T, b bench) {
	p := newProxy(t, b.addr)
	s := dial(t, p.addr(), b.cfg)
	m := claim(t, s)
	p.onExec(func() fate { return swallowAnswer })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := s.Commit(ctx, part, 0, at(m, 10), nil); !errors.Is(err, store.ErrUnknown) {
		t.Fatalf("%v, want %v", err, store.ErrUnknown)
	}
	wantMeta(t, s, at(m, 10))
}
