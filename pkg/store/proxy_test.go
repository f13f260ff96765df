package store_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// fate is what a proxy does with an EXEC.
type fate int

const (
	forward       fate = iota
	cutBefore          // the server never sees it
	cutAfter           // the server executes it, the client never hears
	swallowAnswer      // as cutAfter, but the connection stays open
)

// proxy stands between a store and its server, and asks what to do with each EXEC.
type proxy struct {
	listener net.Listener
	server   string
	open     sync.WaitGroup

	mu    sync.Mutex
	next  func() fate
	conns []net.Conn
}

func newProxy(t testing.TB, server string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, server: server}
	p.open.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.open.Go(func() { p.serve(t, client) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		for _, c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
		p.open.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// onExec decides about the next EXEC; those after it are forwarded.
func (p *proxy) onExec(decide func() fate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = decide
}

func (p *proxy) decide() fate {
	p.mu.Lock()
	decide := p.next
	p.next = nil
	p.mu.Unlock()
	if decide == nil {
		return forward
	}
	return decide()
}

func (p *proxy) serve(t testing.TB, client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		t.Error(err)
		return
	}
	defer server.Close()
	p.mu.Lock()
	p.conns = append(p.conns, client, server)
	p.mu.Unlock()
	answers := &answers{client: client}
	p.open.Go(func() {
		_, _ = io.Copy(answers, server)
		_ = client.Close()
	})
	in := bufio.NewReader(client)
	for {
		command, name, err := readCommand(in)
		if err != nil {
			return
		}
		what := forward
		if name == "exec" {
			what = p.decide()
		}
		switch what {
		case cutBefore:
			return
		case cutAfter, swallowAnswer:
			executed := answers.swallow()
			_, _ = server.Write(command)
			<-executed
			if what == cutAfter {
				return
			}
		default:
			_, _ = server.Write(command)
		}
	}
}

// answers passes on what the server says, until it is told to swallow it.
type answers struct {
	client net.Conn

	mu        sync.Mutex
	swallowed []byte
	executed  chan struct{} // not nil: swallowing; closed when an array begins, as EXEC answers
}

func (a *answers) swallow() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.executed = make(chan struct{})
	return a.executed
}

func (a *answers) Write(b []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.executed == nil {
		return a.client.Write(b)
	}
	before := bytes.ContainsRune(a.swallowed, '*')
	a.swallowed = append(a.swallowed, b...)
	if !before && bytes.ContainsRune(a.swallowed, '*') {
		close(a.executed)
	}
	return len(b), nil
}

// readCommand reads one command as it came, and its name.
func readCommand(in *bufio.Reader) (command []byte, name string, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, "", err
	}
	var n int
	if _, err := fmt.Sscanf(line, "*%d\r\n", &n); err != nil {
		return nil, "", errors.New("not a command")
	}
	command = append(command, line...)
	for i := range n {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, "", err
		}
		var size int
		if _, err := fmt.Sscanf(line, "$%d\r\n", &size); err != nil {
			return nil, "", errors.New("not an argument")
		}
		arg := make([]byte, size+2)
		if _, err := io.ReadFull(in, arg); err != nil {
			return nil, "", err
		}
		if i == 0 {
			name = strings.ToLower(string(arg[:size]))
		}
		command = append(append(command, line...), arg...)
	}
	return command, name, nil
}
