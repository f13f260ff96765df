package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// What Check finds about servers.
var (
	// ErrEviction fails a Check: the server may throw rows away (maxmemory-policy is not noeviction).
	ErrEviction = errors.New("eviction: the server may remove rows by itself; set maxmemory-policy noeviction")
	// ErrVolatile is a warning: the server keeps nothing on disk, so its restart means a replay.
	ErrVolatile = errors.New("volatile: the server persists nothing; after its restart the log is replayed")
	// ErrUnverified is a warning: the server does not tell a setting.
	ErrUnverified = errors.New("unverified: the server does not tell")
)

// Server is what Check learnt about one server.
type Server struct {
	Version  string  // "" where the server does not tell
	Warnings []error // ErrVolatile, ErrUnverified, wrapped with what they concern
}

// Check asks every server that holds state whether it may be trusted with it. It fails with
// ErrEviction, or where a server does not answer.
func (s *Store) Check(ctx context.Context) ([]Server, error) {
	cluster, ok := s.reader.(*redis.ClusterClient)
	if !ok {
		server, err := check(ctx, s.reader)
		return []Server{server}, err
	}
	var mu sync.Mutex
	var servers []Server
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		server, err := check(ctx, node)
		mu.Lock()
		defer mu.Unlock()
		servers = append(servers, server)
		return err
	})
	return servers, err
}

func check(ctx context.Context, node redis.Cmdable) (Server, error) {
	text, err := node.Info(ctx).Result()
	if err != nil {
		return Server{}, fmt.Errorf("store: check: %w", err)
	}
	info := fields(text)
	server := Server{Version: info["redis_version"]}
	policy, told := info["maxmemory_policy"]
	if !told {
		policy, told = setting(ctx, node, "maxmemory-policy")
	}
	if !told {
		server.Warnings = append(server.Warnings, fmt.Errorf("store: %w: maxmemory-policy", ErrUnverified))
	} else if policy != "noeviction" {
		return server, fmt.Errorf("store: %w (it is %s)", ErrEviction, policy)
	}
	if info["aof_enabled"] == "1" {
		return server, nil
	}
	if save, told := setting(ctx, node, "save"); !told {
		server.Warnings = append(server.Warnings, fmt.Errorf("store: %w: save, appendonly", ErrUnverified))
	} else if save == "" {
		server.Warnings = append(server.Warnings, fmt.Errorf("store: %w", ErrVolatile))
	}
	return server, nil
}

// setting asks for one setting; false where the server refuses to tell, as managed ones do.
func setting(ctx context.Context, node redis.Cmdable, name string) (string, bool) {
	answer, err := node.ConfigGet(ctx, name).Result()
	value, told := answer[name]
	return value, told && err == nil
}

// fields reads the lines name:value of INFO.
func fields(info string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(info) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			m[name] = value
		}
	}
	return m
}
