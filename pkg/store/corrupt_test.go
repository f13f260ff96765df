package store_test

import (
	"errors"
	"strings"
	"testing"

	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

// wantCorrupt fails the test unless err is ErrCorrupt and names what.
func wantCorrupt(t *testing.T, err error, what ...string) {
	t.Helper()
	if !errors.Is(err, store.ErrCorrupt) {
		t.Fatalf("%v, want %v", err, store.ErrCorrupt)
	}
	for _, w := range what {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not name %q", err, w)
		}
	}
}

func corruptRow(t *testing.T, b bench) {
	s := b.store(t)
	m := claim(t, s)
	m = commit(t, s, m, 1, set("g", "a", "same"), set("g", "b", "same"), set("h", "a", "same"), set("h", "b", "other"))
	key := b.groupKey("g")
	good := b.raw.HGet(t.Context(), key, "a").Val()
	bad := []string{
		good[:len(good)-1], good + "\x00", good[:3], "x", b.raw.HGet(t.Context(), key, "b").Val(),
		b.raw.HGet(t.Context(), b.groupKey("h"), "a").Val(),
	}
	for i := range good {
		for bit := range 8 {
			flipped := []byte(good)
			flipped[i] ^= 1 << bit
			bad = append(bad, string(flipped))
		}
	}
	for _, v := range bad {
		b.raw.HSet(t.Context(), key, "a", v)
		_, err := s.Read(t.Context(), part, m, []state.Ref{ref("h", "b"), ref("g", "b"), ref("g", "a")})
		wantCorrupt(t, err, key, `"a"`)
	}
	_, _, err := s.Cut(t.Context(), part, []state.Read{{Key: "h"}, {Key: "g"}})
	wantCorrupt(t, err, key, `"a"`)
	_, _, err = s.Cut(t.Context(), part, []state.Read{{Key: "g", Fields: []string{"a"}}})
	wantCorrupt(t, err, key, `"a"`)
	err = s.Scan(t.Context(), part, "", func(string, []state.Row) error { return nil })
	wantCorrupt(t, err, key, `"a"`)
}

func corruptMeta(t *testing.T, b bench) {
	s := b.store(t)
	m := commit(t, s, claim(t, s), 10)
	commitNext := func() error { return s.Commit(t.Context(), part, 10, at(m, 11), nil) }
	for field, good := range b.raw.HGetAll(t.Context(), b.metaKey()).Val() {
		for _, meddle := range []func(){
			func() { b.raw.HSet(t.Context(), b.metaKey(), field, good+"1") },
			func() { b.raw.HDel(t.Context(), b.metaKey(), field) },
		} {
			meddle()
			_, err := s.Meta(t.Context(), part)
			wantCorrupt(t, err, b.metaKey())
			_, err = s.Claim(t.Context(), part)
			wantCorrupt(t, err, b.metaKey())
			_, _, err = s.Cut(t.Context(), part, nil)
			wantCorrupt(t, err, b.metaKey())
			wantCorrupt(t, commitNext(), b.metaKey())
			b.raw.HSet(t.Context(), b.metaKey(), field, good)
		}
	}
	wantMeta(t, s, m)
	b.raw.Del(t.Context(), b.metaKey())
	_, err := s.Claim(t.Context(), part)
	wantCorrupt(t, err, b.metaKey())
	_, _, err = s.Cut(t.Context(), part, nil)
	wantCorrupt(t, err, b.metaKey())
}

func otherType(t *testing.T, b bench) {
	s := b.store(t)
	m := claim(t, s)
	b.raw.Set(t.Context(), b.groupKey("g"), "not a hash", 0)
	err := s.Commit(t.Context(), part, 0, at(m, 1), []state.Change{set("f", "a", "1"), set("g", "a", "1")})
	wantCorrupt(t, err, b.groupKey("g"))
	if _, err := s.Read(t.Context(), part, m, []state.Ref{ref("g", "a")}); err == nil {
		t.Error("a row of a key that is not a hash was read")
	}
}
