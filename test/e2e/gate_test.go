package e2e

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
)

// gate is a proxy that on command lets nothing through, either way: to its clients the part stands still.
type gate struct {
	addr   string
	change func(answer []byte) []byte // of the server, a whole frame of Kafka's protocol; nil: whatever there is goes through

	mu     sync.Mutex
	closed chan struct{} // closed when the gate is opened; nil while it is open
}

// startGate listens until the test ends.
func startGate(t *testing.T, server string) *gate {
	t.Helper()
	g := &gate{}
	g.addr = startProxy(t, server, g.pass)
	t.Cleanup(g.open)
	return g
}

// startKafkaGate is a gate to the one broker of a cluster. Clients go where a broker says that it is, so that its
// port in the answers is made the gate's; the hosts are as long as they were.
func startKafkaGate(t *testing.T, broker string) *gate {
	t.Helper()
	g := startGate(t, broker)
	place := func(addr string) []byte {
		_, port, _ := net.SplitHostPort(addr)
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		return binary.BigEndian.AppendUint32([]byte("127.0.0.1"), uint32(n))
	}
	theirs, ours := place(broker), place(g.addr)
	g.change = func(answer []byte) []byte {
		answer = bytes.ReplaceAll(answer, append([]byte("localhost"), theirs[9:]...), ours)
		return bytes.ReplaceAll(answer, theirs, ours)
	}
	return g
}

func (g *gate) close() {
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

// wait returns as soon as the gate is open.
func (g *gate) wait() {
	g.mu.Lock()
	closed := g.closed
	g.mu.Unlock()
	if closed != nil {
		<-closed
	}
}

func (g *gate) pass(client, server net.Conn) {
	var passing sync.WaitGroup
	passing.Go(func() {
		defer client.Close()
		if g.change == nil {
			_, _ = io.Copy(gated{client, g}, server)
			return
		}
		for frame, err := readFrame(server); err == nil; frame, err = readFrame(server) {
			if _, err := (gated{client, g}).Write(g.change(frame)); err != nil {
				return
			}
		}
	})
	_, _ = io.Copy(gated{server, g}, client)
	server.Close()
	passing.Wait()
}

// readFrame reads a message of Kafka's protocol, with its length before it.
func readFrame(from io.Reader) ([]byte, error) {
	frame := make([]byte, 4)
	if _, err := io.ReadFull(from, frame); err != nil {
		return nil, err
	}
	frame = append(frame, make([]byte, binary.BigEndian.Uint32(frame))...)
	_, err := io.ReadFull(from, frame[4:])
	return frame, err
}

// gated is written to while its gate is open.
type gated struct {
	to   io.Writer
	gate *gate
}

// Write waits for the gate.
func (g gated) Write(text []byte) (int, error) {
	g.gate.wait()
	return g.to.Write(text)
}
