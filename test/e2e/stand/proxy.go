package stand

import (
	"io"
	"net"
	"sync"
	"time"
)

// Fault is what a proxy does to what passes.
type Fault int

// The faults of a network.
const (
	None Fault = iota
	Down       // connections are reset, and no new ones come about
	Hang       // nothing passes any more, and nobody is told
	Slow       // what the server says takes two seconds
)

// String names the fault.
func (f Fault) String() string {
	return [...]string{"none", "connections reset", "nothing passes", "2 s latency"}[f]
}

const latency = 2 * time.Second

// Proxy stands between clients and a server, as the network does. It cuts and holds up what passes on command, and
// leads to another server.
type Proxy struct {
	listener net.Listener
	redis    bool                       // it reads what clients say, so that it can lose a reply
	change   func(answer []byte) []byte // of the server, a whole frame of Kafka's protocol; nil: whatever there is goes through
	serving  sync.WaitGroup

	mu     sync.Mutex
	server string // host:port
	fault  Fault
	moved  chan struct{} // closed when the fault changes
	conns  map[net.Conn]bool
	armed  bool
	lost   int // commits that were executed and whose replies were cut
}

// Listen begins to stand before a server, at a free port.
func Listen(server string) (*Proxy, error) { return listen(server, false) }

// ListenRedis begins to stand before a Redis: it can lose replies, too.
func ListenRedis(server string) (*Proxy, error) { return listen(server, true) }

func listen(server string, redis bool) (*Proxy, error) {
	p, err := newProxy(server)
	if err != nil {
		return nil, err
	}
	p.redis = redis
	p.serving.Go(p.accept)
	return p, nil
}

// newProxy takes a free port; whoever comes there waits until it accepts.
func newProxy(server string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &Proxy{listener: l, server: server, moved: make(chan struct{}), conns: map[net.Conn]bool{}}, nil
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.serving.Go(func() { p.serve(client) })
	}
}

// Addr is where clients find it.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close ends it, and all that passes.
func (p *Proxy) Close() {
	_ = p.listener.Close() // nobody comes any more
	p.Set(Down)
	p.serving.Wait()
}

// Set begins a fault in the place of the one before.
func (p *Proxy) Set(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
	close(p.moved)
	p.moved = make(chan struct{})
	if f == Down {
		p.reset()
	}
}

// Lead resets all connections; new ones lead to another server.
func (p *Proxy) Lead(server string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = server
	p.reset()
}

// reset closes what is open, in a way that the other side takes for a fault. It is called with the lock held.
func (p *Proxy) reset() {
	for conn := range p.conns {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // without it the end is a polite one
		}
		_ = conn.Close() // it is to be gone
	}
}

// track notes a connection until it is closed; false where it must not come about.
func (p *Proxy) track(conn net.Conn, open bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !open {
		delete(p.conns, conn)
		return true
	}
	if p.fault == Down {
		return false
	}
	p.conns[conn] = true
	return true
}

// upstream is the server that new connections lead to.
func (p *Proxy) upstream() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.server
}

// serve passes on what a client and the server say, until one of them is gone.
func (p *Proxy) serve(client net.Conn) {
	defer closed(client)
	if !p.track(client, true) {
		return
	}
	defer p.track(client, false)
	server, err := net.Dial("tcp", p.upstream())
	if err != nil {
		return
	}
	defer closed(server)
	ended := make(chan struct{})
	replies := &replies{client: &gate{p, client, ended, true}, executed: make(chan struct{})}
	var passing sync.WaitGroup
	passing.Go(func() {
		p.passAnswers(replies, server) // whoever is gone, the other is told
		closed(client)
	})
	to := &gate{p, server, ended, false}
	if p.redis {
		p.passCommands(client, to, replies)
	} else {
		_, _ = io.Copy(to, client)
	}
	close(ended)
	closed(server)
	passing.Wait()
}

// passAnswers passes on what the server says until it is gone.
func (p *Proxy) passAnswers(client io.Writer, server io.Reader) {
	if p.change == nil {
		_, _ = io.Copy(client, server)
		return
	}
	for frame, err := readFrame(server); err == nil; frame, err = readFrame(server) {
		if _, err := client.Write(p.change(frame)); err != nil {
			return
		}
	}
}

// closed closes a connection that may be closed already.
func closed(conn net.Conn) { _ = conn.Close() }

// gate lets through what the fault of the moment lets through.
type gate struct {
	proxy *Proxy
	to    net.Conn
	ended chan struct{}
	slow  bool // this direction has the latency
}

// Write waits as the fault demands, and passes on.
func (g *gate) Write(text []byte) (int, error) {
	for {
		g.proxy.mu.Lock()
		fault, moved := g.proxy.fault, g.proxy.moved
		g.proxy.mu.Unlock()
		switch {
		case fault == Hang:
			select {
			case <-moved:
				continue
			case <-g.ended:
				return 0, net.ErrClosed
			}
		case fault == Slow && g.slow:
			select {
			case <-time.After(latency):
			case <-moved:
			case <-g.ended:
				return 0, net.ErrClosed
			}
		}
		return g.to.Write(text)
	}
}
