package embedded

import (
	"context"
	"fmt"

	"github.com/alicebob/miniredis/v2"
)

// Store is a server of Redis' protocol inside this process, on the loopback interface. It keeps all
// in memory: after a restart the log is replayed into it.
type Store struct {
	server *miniredis.Miniredis
}

// StartStore starts a store on a free port.
func StartStore(ctx context.Context) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("embedded: store: %w", err)
	}
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("embedded: store: %w", err)
	}
	return &Store{server: server}, nil
}

// Addr is where the store listens, host:port.
func (s *Store) Addr() string { return s.server.Addr() }

// Close stops the store and waits until its connections are closed. What it held is gone.
func (s *Store) Close() { s.server.Close() }
