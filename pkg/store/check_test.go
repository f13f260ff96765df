package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2/server"

	"weir.dev/weir/pkg/parts"
	"weir.dev/weir/pkg/store"
)

func TestCheckJudgesWhatAServerTells(t *testing.T) {
	for _, c := range []struct {
		name     string
		info     string
		config   map[string]string // nil: CONFIG is refused
		version  string
		warnings []error
		want     error
	}{
		{"a good one", "redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n", nil, "7.0.15", nil, nil},
		{"one with snapshots", "maxmemory_policy:noeviction\r\n", map[string]string{"save": "3600 1"}, "", nil, nil},
		{"one in memory", "maxmemory_policy:noeviction\r\n", map[string]string{"save": ""}, "", []error{store.ErrVolatile}, nil},
		{"one that evicts", "maxmemory_policy:allkeys-lru\r\n", nil, "", nil, store.ErrEviction},
		{"one that tells by CONFIG that it evicts", "", map[string]string{"maxmemory-policy": "volatile-ttl"}, "", nil, store.ErrEviction},
		{"one that tells by CONFIG", "", map[string]string{"maxmemory-policy": "noeviction", "save": "1 1"}, "", nil, nil},
		{"one that tells nothing", "", nil, "", []error{store.ErrUnverified, store.ErrUnverified}, nil},
	} {
		s := dial(t, pretend(t, c.info, c.config), store.Config{Definition: hashA, Partitions: 1})
		servers, err := s.Check(t.Context())
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if len(servers) != 1 || servers[0].Version != c.version || len(servers[0].Warnings) != len(c.warnings) {
			t.Errorf("%s: %+v, want version %q and warnings %v", c.name, servers, c.version, c.warnings)
			continue
		}
		for i, w := range servers[0].Warnings {
			if !errors.Is(w, c.warnings[i]) {
				t.Errorf("%s: warning %v, want %v", c.name, w, c.warnings[i])
			}
		}
	}
}

// pretend starts a server that knows INFO and, unless config is nil, CONFIG GET.
func pretend(t *testing.T, info string, config map[string]string) string {
	t.Helper()
	s, err := server.NewServer("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Register("INFO", func(c *server.Peer, _ string, _ []string) { c.WriteBulk(info) }); err != nil {
		t.Fatal(err)
	}
	if config == nil {
		return s.Addr().String()
	}
	err = s.Register("CONFIG", func(c *server.Peer, _ string, args []string) {
		value, ok := config[strings.ToLower(args[1])]
		if !ok {
			c.WriteLen(0)
			return
		}
		c.WriteStrings([]string{args[1], value})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.Addr().String()
}

func TestCheckPassesRealServersAndTheEmbeddedOne(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		s := dial(t, startEmbedded(t), store.Config{Definition: hashA, Partitions: 1})
		if servers, err := s.Check(t.Context()); err != nil || len(servers) != 1 {
			t.Errorf("%+v, %v", servers, err)
		}
	})
	t.Run("real", func(t *testing.T) {
		s := dial(t, parts.Redis(t), store.Config{Definition: hashA, Partitions: 1})
		servers, err := s.Check(t.Context())
		if err != nil || len(servers) != 1 || servers[0].Version == "" {
			t.Errorf("%+v, %v", servers, err)
		}
	})
}
