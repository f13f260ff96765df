package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

func cutWhileCommitting(t *testing.T, b bench) {
	const sum = 1_000_000
	s, reader := b.store(t), b.store(t)
	write := func(ctx context.Context, m state.Meta) (state.Meta, error) {
		next := at(m, m.Offset+1)
		left, right := strconv.FormatInt(next.Offset, 10), strconv.FormatInt(sum-next.Offset, 10)
		return next, s.Commit(ctx, part, m.Offset, next, []state.Change{set("l", "n", left), set("r", "n", right)})
	}
	m, err := write(t.Context(), claim(t, s))
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			if m, err = write(context.Background(), m); err != nil {
				stopped <- err
				return
			}
		}
	}()
	offsets := map[int64]bool{}
	for len(offsets) < 100 && !t.Failed() {
		meta, groups, err := reader.Cut(t.Context(), part, []state.Read{{Key: "l"}, {Key: "r", Fields: []string{"n"}}})
		if err != nil {
			t.Error(err)
			break
		}
		left, right := number(t, groups[0][0]), number(t, groups[1][0])
		if left != meta.Offset || left+right != sum {
			t.Errorf("at offset %d: %d and %d, want a sum of %d", meta.Offset, left, right, sum)
		}
		offsets[meta.Offset] = true
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func number(t *testing.T, r state.Row) int64 {
	t.Helper()
	n, err := strconv.ParseInt(string(r.Value), 10, 64)
	if err != nil {
		t.Error(err)
	}
	return n
}

func cutRows(t *testing.T, b bench) {
	s := b.store(t)
	m := commit(t, s, claim(t, s), 5, set("g", "a", "1"), set("g", "b", ""), set("h", "a", "3"))
	meta, groups, err := s.Cut(t.Context(), part, []state.Read{
		{Key: "h", Fields: []string{"none", "a"}}, {Key: "g"}, {Key: "none"}, {Key: "none", Fields: []string{"x"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if meta != m {
		t.Errorf("meta %+v, want %+v", meta, m)
	}
	want := [][]string{{"none=-", "a=3"}, {"a=1", "b="}, {}, {"x=-"}}
	for i, rows := range groups {
		got := make([]string, len(rows))
		for j, r := range rows {
			got[j] = r.Field + "=" + string(r.Value)
			if r.Value == nil {
				got[j] += "-"
			}
		}
		if i == 1 {
			slices.Sort(got)
		}
		if !slices.Equal(got, want[i]) {
			t.Errorf("read %d: %q, want %q", i, got, want[i])
		}
	}
	if _, _, err := s.Cut(t.Context(), part, []state.Read{{Key: "g", Fields: []string{}}}); err == nil {
		t.Error("a read of no fields was answered")
	}
}

func cutFollows(t *testing.T, b bench) {
	s := b.store(t)
	commit(t, s, claim(t, s), 5, set("g", "f", "old"))
	b.raw.HDel(t.Context(), b.liveKey(), "live") // so that the next claim makes its own generation live
	cfg := b.cfg
	cfg.Definition = hashB
	other := dial(t, b.addr, cfg)
	m := commit(t, other, claim(t, other), 9, set("g", "f", "new"))
	for _, reader := range []*store.Store{s, other} {
		meta, groups, err := reader.Cut(t.Context(), part, []state.Read{{Key: "g"}})
		if err != nil {
			t.Fatal(err)
		}
		if meta != m || string(groups[0][0].Value) != "new" {
			t.Errorf("%+v %q, want %+v and the new row", meta, groups, m)
		}
	}
}

func cutNoState(t *testing.T, b bench) {
	s := b.store(t)
	if _, _, err := s.Cut(t.Context(), part, []state.Read{{Key: "g"}}); !errors.Is(err, store.ErrNoState) {
		t.Errorf("cut: %v, want %v", err, store.ErrNoState)
	}
	if err := s.Scan(t.Context(), part, "", nil); !errors.Is(err, store.ErrNoState) {
		t.Errorf("scan: %v, want %v", err, store.ErrNoState)
	}
}

func scan(t *testing.T, b bench) {
	s := b.store(t)
	m := claim(t, s)
	want := map[string]int{"large": 15_000, "group0": 1}
	for i := range want["large"] / 5000 {
		changes := make([]state.Change, 5000)
		for j := range changes {
			changes[j] = set("large", fmt.Sprint(i, ".", j), fmt.Sprint(i, ".", j))
		}
		m = commit(t, s, m, m.Offset+1, changes...)
	}
	changes := []state.Change{set("group0", "f", "f")}
	for i := range 2500 {
		key := fmt.Sprint("deal:", i)
		for j := range i%3 + 1 {
			changes = append(changes, set(key, fmt.Sprint(j), fmt.Sprint(j)))
			want[key]++
		}
	}
	commit(t, s, m, m.Offset+1, changes...)
	got := map[string]int{}
	var order []string
	err := s.Scan(t.Context(), part, "", func(key string, rows []state.Row) error {
		got[key], order = len(rows), append(order, key)
		seen := map[string]bool{}
		for _, r := range rows {
			if seen[r.Field] || r.Field != string(r.Value) {
				t.Errorf("%s %s: %q", key, r.Field, r.Value)
			}
			seen[r.Field] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, want) {
		t.Errorf("%d groups, want %d", len(got), len(want))
	}
	if !slices.IsSorted(order) || len(order) != len(want) {
		t.Errorf("%d groups handed over, sorted %v", len(order), slices.IsSorted(order))
	}
}

func scanPrefix(t *testing.T, b bench) {
	s := b.store(t)
	commit(t, s, claim(t, s), 1, set("a:1", "f", ""), set("a:2", "f", ""), set("a*", "f", ""), set("a[1]?", "f", ""))
	for prefix, want := range map[string][]string{
		"a:": {"a:1", "a:2"}, "a*": {"a*"}, "a[1]?": {"a[1]?"}, "b": nil, "": {"a*", "a:1", "a:2", "a[1]?"},
	} {
		var got []string
		err := s.Scan(t.Context(), part, prefix, func(key string, _ []state.Row) error {
			got = append(got, key)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("prefix %q: %q, want %q", prefix, got, want)
		}
	}
	enough, calls := errors.New("enough"), 0
	err := s.Scan(t.Context(), part, "", func(string, []state.Row) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%v after %d calls, want %v after 1", err, calls, enough)
	}
}
