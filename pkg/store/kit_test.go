package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

const (
	hashA = "aaaaaaaaaaaaaaaa0123456789abcdef0123456789abcdef0123456789abcdef"
	hashB = "bbbbbbbbbbbbbbbb0123456789abcdef0123456789abcdef0123456789abcdef"
)

var _ engine.Store = (*store.Store)(nil)

// bench is one test's own corner of a server.
type bench struct {
	addr string
	cfg  store.Config
	raw  *redis.Client // to look and to meddle
}

func newBench(t testing.TB, addr string) bench {
	t.Helper()
	b := bench{addr: addr, raw: redis.NewClient(&redis.Options{Addr: addr, Protocol: 2})}
	b.cfg = store.Config{
		Definition: hashA, Partitions: 8,
		Prefix: strings.ReplaceAll(t.Name(), "/", ".") + "-" + uuid.NewString(),
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		iter := b.raw.Scan(ctx, 0, b.cfg.Prefix+":*", 1000).Iterator()
		for iter.Next(ctx) {
			b.raw.Unlink(ctx, iter.Val())
		}
		if err := b.raw.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// store makes another store on the same keys.
func (b bench) store(t testing.TB) *store.Store {
	t.Helper()
	return dial(t, b.addr, b.cfg)
}

// liveKey, metaKey and groupKey spell keys out, as the package comment promises them.
func (b bench) liveKey() string { return b.cfg.Prefix + ":{3}:meta" }

func (b bench) metaKey() string { return b.cfg.Prefix + ":{3}:" + b.cfg.Definition[:16] + ":meta" }

func (b bench) groupKey(group string) string { return strings.TrimSuffix(b.metaKey(), "meta") + group }

// part is the partition that tests use.
const part = 3

func dial(t testing.TB, addr string, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Dial(addr, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func claim(t testing.TB, s *store.Store) state.Meta {
	t.Helper()
	m, err := s.Claim(t.Context(), part)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// commit moves the state from m to offset with changes and returns the new meta.
func commit(t testing.TB, s *store.Store, m state.Meta, offset int64, changes ...state.Change) state.Meta {
	t.Helper()
	next := at(m, offset)
	if err := s.Commit(t.Context(), part, m.Offset, next, changes); err != nil {
		t.Fatal(err)
	}
	return next
}

// at is m moved to offset.
func at(m state.Meta, offset int64) state.Meta {
	m.Offset, m.LastOffset = offset, offset-1
	return m
}

func set(key, field, value string) state.Change {
	return state.Change{Ref: state.Ref{Key: key, Field: field}, Value: []byte(value)}
}

func remove(key, field string) state.Change {
	return state.Change{Ref: state.Ref{Key: key, Field: field}}
}

func ref(key, field string) state.Ref { return state.Ref{Key: key, Field: field} }

// wantRows fails the test unless the rows have these values; "-" for none.
func wantRows(t testing.TB, s *store.Store, refs []state.Ref, want ...string) {
	t.Helper()
	at, err := s.Meta(t.Context(), part)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Read(t.Context(), part, at, refs)
	if err != nil {
		t.Fatal(err)
	}
	if len(values) != len(want) {
		t.Fatalf("%d values, want %d", len(values), len(want))
	}
	for i, v := range values {
		got := string(v)
		if v == nil {
			got = "-"
		}
		if got != want[i] {
			t.Errorf("%v: %q, want %q", refs[i], got, want[i])
		}
	}
}

// wantMeta fails the test unless the stored meta is want.
func wantMeta(t testing.TB, s *store.Store, want state.Meta) {
	t.Helper()
	got, err := s.Meta(t.Context(), part)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("meta %+v, want %+v", got, want)
	}
}
