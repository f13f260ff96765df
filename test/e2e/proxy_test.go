package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// startProxy listens for clients of a server (host:port) until the test ends; pass passes on what the two say, until
// one of them is gone.
func startProxy(t *testing.T, server string, pass func(client, server net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var serving sync.WaitGroup
	conns := map[net.Conn]bool{}
	serve := func(client net.Conn) {
		defer client.Close()
		mu.Lock()
		conns[client] = true
		mu.Unlock()
		if to, err := net.Dial("tcp", server); err == nil {
			defer to.Close()
			pass(client, to)
		}
		mu.Lock()
		delete(conns, client)
		mu.Unlock()
	}
	serving.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serve(client) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for conn := range conns {
			conn.Close()
		}
		mu.Unlock()
		serving.Wait()
	})
	return l.Addr().String()
}

// throughProxy is the URL of a Redis behind a proxy of its server.
func throughProxy(url string, proxy func(server string) string) string {
	server, db, _ := strings.Cut(strings.TrimPrefix(url, "redis://"), "/")
	return "redis://" + proxy(server) + "/" + db
}

// lossyProxy stands between a client and Redis. On command it loses the reply of the next commit: the
// server gets all of it and executes it, and the connection is cut before the client learns of that.
type lossyProxy struct {
	addr string

	mu    sync.Mutex
	armed bool
	lost  int // commits that were executed and whose replies were cut
}

// startLossyProxy listens until the test ends.
func startLossyProxy(t *testing.T, server string) *lossyProxy {
	t.Helper()
	p := &lossyProxy{}
	p.addr = startProxy(t, server, p.pass)
	return p
}

// loseNext arms the proxy, and waits until it has lost a reply.
func (p *lossyProxy) loseNext(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	p.armed = true
	before := p.lost
	p.mu.Unlock()
	eventually(t, patience, "a commit whose reply is lost", func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.lost == before {
			return errors.New("none yet")
		}
		return nil
	})
}

// pass passes on what a client and the server say, until one of them is gone.
func (p *lossyProxy) pass(client, server net.Conn) {
	replies := &replies{client: client, executed: make(chan struct{})}
	var passing sync.WaitGroup
	passing.Go(func() {
		_, _ = io.Copy(replies, server)
		client.Close()
	})
	p.passCommands(client, server, replies)
	server.Close()
	passing.Wait()
}

// passCommands passes commands on until the client is gone, or a reply is to be lost.
func (p *lossyProxy) passCommands(client io.Reader, server io.Writer, replies *replies) {
	in := bufio.NewReader(client)
	writes := false // in the transaction so far
	for {
		raw, name, err := readCommand(in)
		if err != nil {
			return
		}
		switch name {
		case "multi":
			writes = false
		case "hset":
			writes = true
		}
		lose := name == "exec" && writes && p.disarm()
		if lose {
			replies.withhold()
		}
		if _, err := server.Write(raw); err != nil {
			return
		}
		if lose {
			if replies.awaitExecuted() {
				p.mu.Lock()
				p.lost++
				p.mu.Unlock()
			}
			return
		}
	}
}

// disarm tells whether the proxy was armed, which it is no more.
func (p *lossyProxy) disarm() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.armed
	p.armed = false
	return was
}

// readCommand reads one command: an array of bulk strings. It returns its bytes and its name.
func readCommand(in *bufio.Reader) (raw []byte, name string, err error) {
	number := func(prefix byte) (int, error) {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return 0, err
		}
		raw = append(raw, line...)
		if line[0] != prefix {
			return 0, fmt.Errorf("%q is no command", line)
		}
		return strconv.Atoi(strings.TrimSpace(string(line[1:])))
	}
	words, err := number('*')
	if err != nil {
		return nil, "", err
	}
	for i := range words {
		size, err := number('$')
		if err != nil {
			return nil, "", err
		}
		word := make([]byte, size+len("\r\n"))
		if _, err := io.ReadFull(in, word); err != nil {
			return nil, "", err
		}
		raw = append(raw, word...)
		if i == 0 {
			name = strings.ToLower(string(word[:size]))
		}
	}
	return raw, name, nil
}

// replies passes on what the server says, until it is told to withhold it.
type replies struct {
	client   io.Writer
	executed chan struct{} // closed when the reply of a transaction was withheld

	mu       sync.Mutex
	withheld []byte // nil: nothing is
	told     bool
}

// Write takes what the server says.
func (r *replies) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.withheld == nil {
		return r.client.Write(text)
	}
	r.withheld = append(r.withheld, text...)
	// The replies to MULTI and to what is queued are +OK and +QUEUED; that to EXEC is an array, and a null
	// one where nothing was executed.
	at := bytes.Index(r.withheld, []byte("\n*"))
	if at >= 0 && !r.told && bytes.IndexByte(r.withheld[at+1:], '\n') > 0 {
		r.told = true
		if !bytes.HasPrefix(r.withheld[at+1:], []byte("*-1")) {
			close(r.executed)
		}
	}
	return len(text), nil
}

func (r *replies) withhold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.withheld = []byte("\n")
}

// awaitExecuted tells whether the server has executed what it was sent.
func (r *replies) awaitExecuted() bool {
	select {
	case <-r.executed:
		return true
	case <-time.After(patience / 4):
		return false
	}
}

func TestACommitWhoseReplyIsLostCountsOnce(t *testing.T) {
	const losses = 8
	t.Run("real", func(t *testing.T) {
		var proxy *lossyProxy
		s := startReal(t, setup{redisOf: map[string]func(string) string{aggregator: func(url string) string {
			return throughProxy(url, func(server string) string {
				proxy = startLossyProxy(t, server)
				return proxy.addr
			})
		}}})
		tr := startTraffic(t, s, seed(t))
		for range losses {
			tr.awaitMore(t, 200)
			proxy.loseNext(t)
		}
		tr.awaitMore(t, 200)
		tr.settle(t, s)
		t.Logf("%d commits were executed and their replies lost", losses)
	})
}
