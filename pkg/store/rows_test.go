package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

func metaKept(t *testing.T, b bench) {
	s := b.store(t)
	next := claim(t, s)
	next.Offset, next.LastOffset, next.LastSum = math.MaxInt64, math.MaxInt64-7, math.MaxUint64
	next.Watermark, next.AppliedAt = -1, 1_790_000_000_123
	if err := s.Commit(t.Context(), part, 0, next, nil); err != nil {
		t.Fatal(err)
	}
	wantMeta(t, s, next)
	next.Epoch++
	if m := claim(t, s); m != next {
		t.Errorf("claimed %+v, want %+v", m, next)
	}
}

func rows(t *testing.T, b bench) {
	s := b.store(t)
	refs := []state.Ref{ref("g", "a"), ref("g", "b"), ref("h", "a")}
	wantRows(t, s, refs, "-", "-", "-")
	m := commit(t, s, claim(t, s), 1, set("g", "a", "1"), set("g", "b", "2"), set("h", "a", "3"))
	wantRows(t, s, refs, "1", "2", "3")
	m = commit(t, s, m, 2, set("g", "a", "one"), remove("g", "b"), remove("h", "a"), remove("h", "none"))
	wantRows(t, s, refs, "one", "-", "-")
	m = commit(t, s, m, 3, remove("g", "a"), set("h", "a", "3"))
	wantRows(t, s, refs, "-", "-", "3")
	commit(t, s, m, 4)
	wantRows(t, s, refs, "-", "-", "3")
	if n := b.raw.Exists(t.Context(), b.groupKey("g")).Val(); n != 0 {
		t.Error("the key of a group without rows is left behind")
	}
}

func emptiness(t *testing.T, b bench) {
	s := b.store(t)
	refs := []state.Ref{ref("g", ""), ref("g", "a"), ref("h", ""), ref("i", "a"), ref("i", "")}
	wantRows(t, s, refs, "", "-", "", "-", "")
	m := commit(t, s, claim(t, s), 1, set("g", "a", "1"), set("i", "b", "2"))
	wantRows(t, s, refs, "-", "1", "", "-", "-")
	commit(t, s, m, 2, remove("g", "a"))
	wantRows(t, s, refs, "", "-", "", "-", "-")
}

func values(t *testing.T, b bench) {
	s := b.store(t)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	want := []string{"", "\x00", "\r\n", "$-1\r\n", string(all), string(bytes.Repeat(all, 1000))}
	var changes []state.Change
	var refs []state.Ref
	for i, v := range want {
		field := fmt.Sprintf("a:%d\r\n{é}", i)
		changes, refs = append(changes, set("g:{x} é*", field, v)), append(refs, ref("g:{x} é*", field))
	}
	commit(t, s, claim(t, s), 1, changes...)
	wantRows(t, s, refs, want...)
}

func manyRows(t *testing.T, b bench) {
	s := b.store(t)
	var changes []state.Change
	var refs []state.Ref
	var want []string
	for i := range 3000 {
		key, field := fmt.Sprint("g", i/7), fmt.Sprint(i%7)
		changes = append(changes, set(key, field, fmt.Sprint("v", i)))
		refs, want = append(refs, ref(key, field), ref(key, "none")), append(want, fmt.Sprint("v", i), "-")
	}
	slices.Reverse(refs)
	slices.Reverse(want)
	commit(t, s, claim(t, s), 1, changes...)
	wantRows(t, s, refs, want...)
	wantRows(t, s, nil)
}

func largeCommit(t *testing.T, b bench) {
	s := b.store(t)
	m := claim(t, s)
	for round := range 3 {
		var changes []state.Change
		var refs []state.Ref
		var want []string
		for i := range 5000 {
			c := set(fmt.Sprint("group", i/50), fmt.Sprint("row", i%50), fmt.Sprint(round, "-", i))
			if round == 2 && i%3 == 0 {
				c.Value = nil
			}
			changes, refs, want = append(changes, c), append(refs, c.Ref), append(want, string(c.Value))
			if c.Value == nil {
				want[i] = "-"
			}
		}
		m = commit(t, s, m, m.Offset+1, changes...)
		wantRows(t, s, refs, want...)
	}
	wantMeta(t, s, m)
}

func refusals(t *testing.T, b bench) {
	s := b.store(t)
	m := claim(t, s)
	other := m
	other.Definition = hashB
	counted := m
	counted.Partitions++
	for _, c := range []struct {
		name      string
		partition int
		next      state.Meta
		changes   []state.Change
		want      error
	}{
		{"too many changes", part, m, make([]state.Change, store.MaxChanges+1), nil},
		{"the meta as a group", part, m, []state.Change{set("meta", "offset", "1")}, nil},
		{"a group without name", part, m, []state.Change{set("g", "f", "v"), set("", "f", "v")}, nil},
		{"a partition that is not", 8, m, nil, nil},
		{"a negative partition", -1, m, nil, nil},
		{"another definition", part, other, nil, engine.ErrDefinition},
		{"another partition count", part, counted, nil, engine.ErrDefinition},
	} {
		err := s.Commit(t.Context(), c.partition, 0, at(c.next, 1), c.changes)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	wantMeta(t, s, m)
	wantRows(t, s, []state.Ref{ref("g", "f")}, "-")
	if _, err := s.Read(t.Context(), part, m, []state.Ref{ref("meta", "offset")}); err == nil {
		t.Error("the meta was read as a group")
	}
}

func cancelled(t *testing.T, b bench) {
	s := b.store(t)
	m := claim(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Commit(ctx, part, 0, at(m, 1), []state.Change{set("g", "f", "v")}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	wantMeta(t, s, m)
	wantRows(t, s, []state.Ref{ref("g", "f")}, "-")
	commit(t, s, m, 1, set("g", "f", "v")) // the store works on
}
