package embedded

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// connBytes is how much of each direction is held back at most.
const connBytes = 64 << 10

// conn gathers what the server writes. The server flushes after every command, which costs a system
// call for each of the thousands in a transaction; here answers leave when the server has read all
// that came and waits for more.
type conn struct {
	net.Conn
	in *bufio.Reader // used by the server's one reading goroutine only

	mu      sync.Mutex
	out     *bufio.Writer
	waiting bool // for the client: answers must not be held back
}

func newConn(c net.Conn) *conn {
	return &conn{Conn: c, in: bufio.NewReaderSize(c, connBytes), out: bufio.NewWriterSize(c, connBytes)}
}

// Read reads what the client sent, and sends the answers first if it has to wait for that.
func (c *conn) Read(b []byte) (int, error) {
	if c.in.Buffered() == 0 {
		if err := c.wait(true); err != nil {
			return 0, err
		}
		defer func() { _ = c.wait(false) }() // fails only where it flushes
	}
	return c.in.Read(b)
}

func (c *conn) wait(waiting bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = waiting
	if waiting {
		return c.out.Flush()
	}
	return nil
}

// Write keeps an answer until Read waits.
func (c *conn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.out.Write(b)
	if err == nil && c.waiting {
		err = c.out.Flush()
	}
	return n, err
}

// Close sends what is held back, unless the client does not take it.
func (c *conn) Close() error {
	_ = c.SetWriteDeadline(time.Now().Add(time.Second)) // also ends a write that holds the lock
	c.mu.Lock()
	_ = c.out.Flush()
	c.mu.Unlock()
	return c.Conn.Close()
}
