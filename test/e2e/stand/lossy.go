package stand

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// executedWithin is how long a commit whose reply is to be lost may take.
const executedWithin = 15 * time.Second

// LoseNext loses the reply of the next commit: Redis gets all of it and executes it, and the connection is cut before
// the client learns of that. It waits until that has happened.
func (p *Proxy) LoseNext(ctx context.Context, within time.Duration) error {
	p.mu.Lock()
	p.armed = true
	before := p.lost
	p.mu.Unlock()
	return Eventually(ctx, within, "a commit whose reply is lost", func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.lost == before {
			return errors.New("none yet")
		}
		return nil
	})
}

// passCommands passes commands on until the client is gone, or a reply is to be lost.
func (p *Proxy) passCommands(client io.Reader, server io.Writer, replies *replies) {
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
func (p *Proxy) disarm() bool {
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
	case <-time.After(executedWithin):
		return false
	}
}
