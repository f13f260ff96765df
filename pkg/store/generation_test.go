package store_test

import (
	"errors"
	"testing"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

// beside begins a generation beside the live one of a store.
func beside(t *testing.T, s *store.Store) *store.Store {
	t.Helper()
	built, err := s.Beside(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func wantGenerations(t *testing.T, s *store.Store, want store.Generations) {
	t.Helper()
	if got, err := s.Generations(t.Context(), part); err != nil || got != want {
		t.Errorf("generations %+v, %v, want %+v", got, err, want)
	}
}

// builtBeside builds beside a live state without touching it, goes on where it was cut, and flips once it has
// caught up; then the owner before is fenced, and whoever claims owns the new generation.
func builtBeside(t *testing.T, b bench) {
	live := b.store(t)
	at5 := commit(t, live, claim(t, live), 5, set("g", "f", "old"))
	first, second := hashA[:16], hashA[:16]+".2"

	built := beside(t, live)
	half := commit(t, built, claim(t, built), 3, set("g", "f", "half"))
	if err := live.Flip(t.Context(), part); !errors.Is(err, store.ErrBehind) {
		t.Errorf("a flip to one that is behind: %v", err)
	}
	built = beside(t, live) // after a crash
	wantMeta(t, built, half)
	wantRows(t, built, []state.Ref{ref("g", "f")}, "half")
	wantRows(t, live, []state.Ref{ref("g", "f")}, "old")
	wantGenerations(t, live, store.Generations{Live: first, Building: second})

	commit(t, built, half, 5, set("g", "f", "new"))
	if err := live.Flip(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	wantGenerations(t, live, store.Generations{Live: second, Previous: first})
	if err := live.Commit(t.Context(), part, 5, at(at5, 6), nil); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("the owner of the one before commits: %v", err)
	}
	again := claim(t, live)
	if again.Offset != 5 || again.Epoch <= at5.Epoch+1 {
		t.Errorf("claimed %+v after %+v", again, at5)
	}
	wantRows(t, live, []state.Ref{ref("g", "f")}, "new")
	if m, rows, err := live.Cut(t.Context(), part, []state.Read{{Key: "g"}}); err != nil || m != again || string(rows[0][0].Value) != "new" {
		t.Errorf("cut %+v, %v, %v", m, rows, err)
	}
	if keys, err := live.Keys(t.Context(), part, ""); err != nil || len(keys) != 1 {
		t.Errorf("keys %v, %v", keys, err)
	}
	wantMeta(t, b.store(t), again) // of somebody who was not there
}

// anotherDefinition takes over from one that is live, which it cannot touch before.
func anotherDefinition(t *testing.T, b bench) {
	before := b.store(t)
	m := commit(t, before, claim(t, before), 5, set("g", "f", "old"))
	b.cfg.Definition = hashB
	after := b.store(t)
	if _, err := after.Claim(t.Context(), part); !errors.Is(err, engine.ErrDefinition) {
		t.Errorf("claims what is another's: %v", err)
	}
	if _, found, err := before.Building(t.Context(), part); err != nil || found {
		t.Errorf("something is built: %v, %v", found, err)
	}
	built := beside(t, after)
	progress := commit(t, built, claim(t, built), 6, set("g", "f", "new"))
	if got, found, err := before.Building(t.Context(), part); err != nil || !found || got != progress {
		t.Errorf("building %+v, %v, %v", got, found, err)
	}
	if err := after.Flip(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	if got := claim(t, after); got.Offset != 6 || got.Definition != hashB {
		t.Errorf("claimed %+v", got)
	}
	if _, err := before.Claim(t.Context(), part); !errors.Is(err, engine.ErrDefinition) {
		t.Errorf("the one before claims: %v", err)
	}
	if err := after.Back(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	if got := claim(t, before); got.Offset != m.Offset {
		t.Errorf("back at %+v, want %+v", got, m)
	}
	wantRows(t, before, []state.Ref{ref("g", "f")}, "old")
	wantGenerations(t, before, store.Generations{Live: hashA[:16], Previous: hashB[:16]})
}

// dropped removes the generation before, all of it and nothing else.
func dropped(t *testing.T, b bench) {
	s := b.store(t)
	commit(t, s, claim(t, s), 5, set("g", "f", "old"), set("h", "f", "old"))
	if err := s.Drop(t.Context(), part); !errors.Is(err, store.ErrNoGeneration) {
		t.Errorf("drops what is not there: %v", err)
	}
	if err := s.Back(t.Context(), part); !errors.Is(err, store.ErrNoGeneration) {
		t.Errorf("goes back to what is not there: %v", err)
	}
	if err := s.Flip(t.Context(), part); !errors.Is(err, store.ErrNoGeneration) {
		t.Errorf("flips to what is not built: %v", err)
	}
	built := beside(t, s)
	commit(t, built, claim(t, built), 5, set("g", "f", "new"))
	if err := s.Flip(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	if left, err := b.raw.Keys(t.Context(), b.groupKey("*")).Result(); err != nil || len(left) > 0 {
		t.Errorf("left of the generation before: %v, %v", left, err)
	}
	claim(t, s)
	wantRows(t, s, []state.Ref{ref("g", "f")}, "new")
	wantGenerations(t, s, store.Generations{Live: hashA[:16] + ".2"})
}
