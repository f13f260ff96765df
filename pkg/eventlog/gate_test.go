package eventlog_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// gate stands between a client and its brokers: it can hold what the client sends, lose an answer, or
// cut all connections.
type gate struct {
	held chan struct{} // told each time a write has to wait

	mu     sync.Mutex
	closed chan struct{} // nil while open
	losing []byte        // a write with this in it gets no answer
	conns  []net.Conn
}

func newGate() *gate {
	return &gate{held: make(chan struct{}, 1000)}
}

// hold keeps back what is sent from now on, but for what is as small as a question about the cluster.
func (g *gate) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = make(chan struct{})
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed != nil {
		close(g.closed)
		g.closed = nil
	}
}

// cutNextAnswer lets a request with this in it reach the broker, and cuts the connection then.
func (g *gate) cutNextAnswer(request string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.losing = []byte(request)
}

// cutAll closes every connection that there is.
func (g *gate) cutAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, conn := range g.conns {
		conn.Close()
	}
	g.conns = nil
}

func (g *gate) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns = append(g.conns, conn)
	return &gatedConn{Conn: conn, gate: g}, nil
}

// refuse is the dial of a network that is down.
func refuse(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Err: errors.New("the network is down")}
}

type gatedConn struct {
	net.Conn
	gate *gate
	lost atomic.Bool // the answer to what was written last
}

// Read implements net.Conn.
func (c *gatedConn) Read(answer []byte) (int, error) {
	if c.lost.Load() {
		return 0, errors.Join(io.ErrUnexpectedEOF, c.Close())
	}
	return c.Conn.Read(answer)
}

// Write implements net.Conn.
func (c *gatedConn) Write(request []byte) (int, error) {
	const produce = 0
	isProduce := len(request) > 8 && request[4] == 0 && request[5] == produce
	c.gate.mu.Lock()
	closed, losing := c.gate.closed, c.gate.losing
	c.gate.mu.Unlock()
	if closed != nil && isProduce {
		c.gate.held <- struct{}{}
		<-closed
	}
	if losing != nil && isProduce && bytes.Contains(request, losing) {
		c.lost.Store(true)
	}
	return c.Conn.Write(request)
}
