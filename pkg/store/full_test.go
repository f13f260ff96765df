package store_test

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/parts"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

// ownRedis starts a real Redis of the test's own, whose files may grow to a limit that prlimit can move: to a
// writer that is what a full disk is.
func ownRedis(t *testing.T) (addr string, pid int) {
	t.Helper()
	server := parts.Program(t, "redis", "redis-server")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(addr)
	// The signal would end it, where a full disk answers with an error.
	cmd := exec.Command("bash", "-c", `trap "" XFSZ; exec "$@"`, "bash", server, "--bind", "127.0.0.1", "--port", port,
		"--dir", t.TempDir(), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the folder is removed with all that it wrote
		_ = cmd.Wait()
	})
	raw := redis.NewClient(&redis.Options{Addr: addr, Protocol: 2})
	defer func() { _ = raw.Close() }()
	until(t, "Redis answers", func() bool { return raw.Ping(t.Context()).Err() == nil })
	return addr, cmd.Process.Pid
}

// until asks until the answer is yes.
func until(t *testing.T, what string, ask func() bool) {
	t.Helper()
	up := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ask() {
		select {
		case <-up:
			t.Fatalf("not within 30 s: %s", what)
		case <-tick.C:
		}
	}
}

// grows commits ever more rows until the server refuses, and returns the error and the last meta that it took.
func grows(t *testing.T, s *store.Store, m state.Meta) (state.Meta, error) {
	t.Helper()
	for range 10_000 {
		next := at(m, m.Offset+1)
		row := set("g"+strconv.FormatInt(next.Offset, 10), "f", strings.Repeat("x", 10_000))
		if err := s.Commit(context.WithoutCancel(t.Context()), part, m.Offset, next, []state.Change{row}); err != nil {
			return m, err
		}
		m = next
	}
	t.Fatal("the server takes everything")
	return m, nil
}

func TestAServerWithoutRoomIsNamedWritesNothingAndGoesOnWhenThereIsSome(t *testing.T) {
	for name, c := range map[string]struct {
		fill, mend func(t *testing.T, raw *redis.Client, pid int)
		want       error // of what writes
		reading    error // of transactions that read
	}{
		"memory": {
			func(t *testing.T, raw *redis.Client, _ int) {
				must(t, raw.ConfigSet(t.Context(), "maxmemory", "100kb").Err())
			},
			func(t *testing.T, raw *redis.Client, _ int) {
				must(t, raw.ConfigSet(t.Context(), "maxmemory", "0").Err())
			},
			engine.ErrStoreMemory, engine.ErrStoreMemory,
		},
		"disk": {
			func(t *testing.T, _ *redis.Client, pid int) { limitFiles(t, pid, "200000") },
			func(t *testing.T, _ *redis.Client, pid int) { limitFiles(t, pid, "unlimited") },
			engine.ErrStoreDisk, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			addr, pid := ownRedis(t)
			b := newBench(t, addr)
			s := b.store(t)
			m := commit(t, s, claim(t, s), 1, set("g", "f", "before"))
			c.fill(t, b.raw, pid)
			m, err := grows(t, s, m)
			if !errors.Is(err, c.want) {
				t.Fatalf("refused with %v, want %v", err, c.want)
			}
			if _, err := s.Claim(t.Context(), part); !errors.Is(err, c.want) {
				t.Errorf("a claim: %v, want %v", err, c.want)
			}
			if got, err := s.Meta(t.Context(), part); !errors.Is(err, c.reading) || err == nil && got != m {
				t.Errorf("meta: %+v, %v, want %v", got, err, c.reading)
			}
			if _, _, err := s.Cut(t.Context(), part, nil); !errors.Is(err, c.reading) {
				t.Errorf("a cut: %v, want %v", err, c.reading)
			}
			refused := ref("g"+strconv.FormatInt(m.Offset+1, 10), "f")
			c.mend(t, b.raw, pid)
			wantRows(t, s, []state.Ref{ref("g", "f"), refused}, "before", "-")
			until(t, "the server takes commits again", func() bool {
				return s.Commit(t.Context(), part, m.Offset, at(m, m.Offset+1), []state.Change{set("g", "f", "after")}) == nil
			})
			wantMeta(t, s, at(m, m.Offset+1))
			wantRows(t, s, []state.Ref{ref("g", "f")}, "after")
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// limitFiles sets how large a file a process may write.
func limitFiles(t *testing.T, pid int, bytes string) {
	t.Helper()
	out, err := exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":unlimited").CombinedOutput()
	if err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
}
