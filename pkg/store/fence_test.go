package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

func claims(t *testing.T, b bench) {
	s := b.store(t)
	want := state.Meta{Definition: hashA, Partitions: 8, LastOffset: -1}
	wantMeta(t, s, want)
	for epoch := range int64(3) {
		want.Epoch = epoch + 1
		if m := claim(t, s); m != want {
			t.Fatalf("claimed %+v, want %+v", m, want)
		}
		wantMeta(t, b.store(t), want)
	}
}

func claimsAtOnce(t *testing.T, b bench) {
	const n = 8
	epochs := make([]int64, n)
	var all sync.WaitGroup
	for i := range n {
		s := b.store(t)
		all.Go(func() {
			m, err := s.Claim(t.Context(), part)
			if err != nil {
				t.Error(err)
			}
			epochs[i] = m.Epoch
		})
	}
	all.Wait()
	slices.Sort(epochs)
	if want := []int64{1, 2, 3, 4, 5, 6, 7, 8}; !slices.Equal(epochs, want) {
		t.Errorf("epochs %v, want %v", epochs, want)
	}
}

func fenced(t *testing.T, b bench) {
	one, two := b.store(t), b.store(t)
	m1 := commit(t, one, claim(t, one), 10, set("g", "f", "one"))
	m2 := claim(t, two)
	for range 3 {
		err := one.Commit(t.Context(), part, m2.Offset, at(m1, m2.Offset+1), []state.Change{set("g", "f", "late")})
		if !errors.Is(err, engine.ErrFenced) {
			t.Fatalf("the owner before: %v, want %v", err, engine.ErrFenced)
		}
		m2 = commit(t, two, m2, m2.Offset+5, set("g", "f", "two"))
	}
	wantMeta(t, one, m2)
	wantRows(t, one, []state.Ref{ref("g", "f")}, "two")
}

func moved(t *testing.T, b bench) {
	s := b.store(t)
	m := commit(t, s, claim(t, s), 10, set("g", "f", "ten"))
	for _, from := range []int64{0, 9, 11} {
		err := s.Commit(t.Context(), part, from, at(m, 20), []state.Change{set("g", "f", "twenty")})
		if !errors.Is(err, engine.ErrMoved) {
			t.Errorf("from %d: %v, want %v", from, err, engine.ErrMoved)
		}
	}
	wantMeta(t, s, m)
	wantRows(t, s, []state.Ref{ref("g", "f")}, "ten")
}

func onlyOne(t *testing.T, b bench) {
	m := claim(t, b.store(t))
	stores := []*store.Store{b.store(t), b.store(t), b.store(t), b.store(t)}
	for range 25 {
		errs := make([]error, len(stores))
		var all sync.WaitGroup
		for i, s := range stores {
			all.Go(func() { errs[i] = s.Commit(t.Context(), part, m.Offset, at(m, m.Offset+1), nil) })
		}
		all.Wait()
		kept := 0
		for _, err := range errs {
			switch {
			case err == nil:
				kept++
			case !errors.Is(err, engine.ErrMoved):
				t.Fatal(err)
			}
		}
		if kept != 1 {
			t.Fatalf("%d of the commits from offset %d were kept", kept, m.Offset)
		}
		m = at(m, m.Offset+1)
	}
}

func overtaken(t *testing.T, b bench) {
	p := newProxy(t, b.addr)
	s := dial(t, p.addr(), b.cfg)
	rival := b.store(t)
	m := claim(t, s)
	for _, c := range []struct {
		name  string
		rival func() error
		want  error
	}{
		{"by a commit", func() error { return rival.Commit(context.Background(), part, 0, at(m, 7), nil) }, engine.ErrMoved},
		{"by a claim", func() error { _, err := rival.Claim(context.Background(), part); return err }, engine.ErrFenced},
		{"by a flip", func() error { return b.raw.HSet(context.Background(), b.liveKey(), "live", hashB[:16]).Err() }, engine.ErrFenced},
	} {
		now, err := rival.Meta(t.Context(), part)
		if err != nil {
			t.Fatal(err)
		}
		p.onExec(func() fate {
			if err := c.rival(); err != nil {
				t.Error(err)
			}
			return forward
		})
		err = s.Commit(t.Context(), part, now.Offset, at(now, now.Offset+1), []state.Change{set("g", "f", "overtaken")})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	b.raw.HSet(t.Context(), b.liveKey(), "live", hashA[:16])
	wantRows(t, rival, []state.Ref{ref("g", "f")}, "-")
}

func otherDefinition(t *testing.T, b bench) {
	m := claim(t, b.store(t))
	other := b.cfg
	other.Definition = hashB
	near := b.cfg // the same generation id
	near.Definition = hashA[:16] + strings.Repeat("f", 48)
	for _, cfg := range []store.Config{other, near} {
		s := dial(t, b.addr, cfg)
		_, claimErr := s.Claim(t.Context(), part)
		_, metaErr := s.Meta(t.Context(), part)
		for _, err := range []error{claimErr, metaErr} {
			if !errors.Is(err, engine.ErrDefinition) {
				t.Fatalf("%v, want %v", err, engine.ErrDefinition)
			}
			if !strings.Contains(err.Error(), hashA) || !strings.Contains(err.Error(), cfg.Definition) {
				t.Errorf("%q does not name both definitions", err)
			}
		}
	}
	wantMeta(t, b.store(t), m)
}

func otherPartitions(t *testing.T, b bench) {
	m := claim(t, b.store(t))
	cfg := b.cfg
	cfg.Partitions = 16
	if _, err := dial(t, b.addr, cfg).Claim(t.Context(), part); !errors.Is(err, engine.ErrDefinition) {
		t.Errorf("%v, want %v", err, engine.ErrDefinition)
	}
	wantMeta(t, b.store(t), m)
}

func flipped(t *testing.T, b bench) {
	s := b.store(t)
	m := claim(t, s)
	b.raw.HSet(t.Context(), b.liveKey(), "live", hashB[:16])
	if err := s.Commit(t.Context(), part, 0, at(m, 1), nil); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("commit: %v, want %v", err, engine.ErrFenced)
	}
	if _, err := s.Meta(t.Context(), part); !errors.Is(err, engine.ErrDefinition) {
		t.Errorf("meta: %v, want %v", err, engine.ErrDefinition)
	}
}

func lost(t *testing.T, b bench) {
	s := b.store(t)
	m := commit(t, s, claim(t, s), 10, set("g", "f", "v"))
	b.raw.Del(t.Context(), b.liveKey(), b.metaKey(), b.groupKey("g"))
	err := s.Commit(t.Context(), part, m.Offset, at(m, 11), []state.Change{set("g", "f", "w")})
	if !errors.Is(err, engine.ErrMoved) || !errors.Is(err, store.ErrNoState) || errors.Is(err, engine.ErrFenced) {
		t.Fatalf("%v, want %v and %v", err, engine.ErrMoved, store.ErrNoState)
	}
	if m := claim(t, s); m.Offset != 0 || m.LastOffset != -1 {
		t.Errorf("claimed %+v, want offset 0", m)
	}
	wantRows(t, s, []state.Ref{ref("g", "f")}, "-")
}

func wentBack(t *testing.T, b bench) {
	one, two := b.store(t), b.store(t)
	m1 := commit(t, one, claim(t, one), 10, set("g", "f", "one"))
	before := b.raw.HGetAll(t.Context(), b.metaKey()).Val()
	m2 := commit(t, two, claim(t, two), 20)
	b.raw.HSet(t.Context(), b.metaKey(), before) // the last writes are lost, the second claim among them
	err := two.Commit(t.Context(), part, m1.Offset, at(m2, 30), []state.Change{set("g", "f", "two")})
	if !errors.Is(err, engine.ErrMoved) || errors.Is(err, engine.ErrFenced) {
		t.Fatalf("%v, want %v", err, engine.ErrMoved)
	}
	wantMeta(t, two, m1)
	wantRows(t, two, []state.Ref{ref("g", "f")}, "one")
}

// readFenced reads nothing of a state that is another owner's, or another's offset.
func readFenced(t *testing.T, b bench) {
	s := b.store(t)
	m := commit(t, s, claim(t, s), 5, set("g", "f", "5"))
	wantRows(t, s, []state.Ref{ref("g", "f")}, "5")
	for _, c := range []struct {
		at   state.Meta
		want error
	}{{at(m, 4), engine.ErrMoved}, {at(m, 6), engine.ErrMoved}} {
		if _, err := s.Read(t.Context(), part, c.at, []state.Ref{ref("g", "f")}); !errors.Is(err, c.want) {
			t.Errorf("read at %d of 5: %v", c.at.Offset, err)
		}
	}
	claim(t, b.store(t))
	if _, err := s.Read(t.Context(), part, m, []state.Ref{ref("g", "f")}); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("the owner before reads: %v", err)
	}
}
