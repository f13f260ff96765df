package embedded

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/alicebob/miniredis/v2"
)

// Store is a server of Redis' protocol inside this process, on the loopback interface. It keeps all
// in memory: after a restart the log is replayed into it.
type Store struct {
	server    *miniredis.Miniredis
	listener  net.Listener
	accepting sync.WaitGroup
}

// StartStore starts a store on a free port.
func StartStore(ctx context.Context) (*Store, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("embedded: store: %w", err)
	}
	s := &Store{server: miniredis.NewMiniRedis(), listener: listener}
	first, err := s.server.Dial() // starts it without a listener of its own
	if err != nil {
		_ = listener.Close()
		return nil, fmt.Errorf("embedded: store: %w", err)
	}
	_ = first.Close()
	s.accepting.Go(s.accept)
	return s, nil
}

func (s *Store) accept() {
	server := s.server.Server()
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		server.ServeConn(newConn(c))
	}
}

// Addr is where the store listens, host:port.
func (s *Store) Addr() string { return s.listener.Addr().String() }

// Close stops the store and waits until its connections are closed. What it held is gone.
func (s *Store) Close() {
	_ = s.listener.Close()
	s.accepting.Wait()
	s.server.Close()
}
