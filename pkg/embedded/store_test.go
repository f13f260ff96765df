package embedded_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"weir.dev/weir/pkg/embedded"
)

// client speaks to a store without any library: what it reads came without being asked for again.
type client struct {
	net.Conn
	*bufio.Reader
}

func connect(t *testing.T, s *embedded.Store) client {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return client{c, bufio.NewReader(c)}
}

func (c client) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c.Conn, text); err != nil {
		t.Fatal(err)
	}
}

func (c client) want(t *testing.T, line string) {
	t.Helper()
	got, err := c.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if got != line+"\r\n" {
		t.Fatalf("%q, want %q", got, line)
	}
}

func startStore(t *testing.T) *embedded.Store {
	t.Helper()
	s, err := embedded.StartStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func command(args ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	return b.String()
}

func TestStoreListensOnLoopbackOnly(t *testing.T) {
	host, _, err := net.SplitHostPort(startStore(t).Addr())
	if err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("%q, %v", host, err)
	}
}

func TestStoreHoldsNoAnswerBackWhileItWaits(t *testing.T) {
	c := connect(t, startStore(t))
	next := command("HGET", "h", "f")
	c.send(t, command("HSET", "h", "f", "v")+next[:7])
	c.want(t, ":1")
	c.send(t, next[7:])
	c.want(t, "$1")
	c.want(t, "v")
	c.send(t, command("PING"))
	c.want(t, "+PONG")
}

func TestStoreAnswersLongPipelinesInOrder(t *testing.T) {
	const n = 20_000
	c := connect(t, startStore(t))
	go func() {
		for i := range n {
			_, _ = io.WriteString(c.Conn, command("ECHO", fmt.Sprint(i)))
		}
	}()
	for i := range n {
		c.want(t, fmt.Sprint("$", len(fmt.Sprint(i))))
		c.want(t, fmt.Sprint(i))
	}
}

func TestStoreSaysGoodbye(t *testing.T) {
	c := connect(t, startStore(t))
	c.send(t, command("QUIT"))
	c.want(t, "+OK")
	if _, err := c.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("%v, want the end", err)
	}
}

func TestStoreClosesItsConnections(t *testing.T) {
	s := startStore(t)
	c := connect(t, s)
	c.send(t, command("PING"))
	c.want(t, "+PONG")
	s.Close()
	if _, err := c.ReadByte(); err == nil {
		t.Error("the connection is open")
	}
	if c, err := net.Dial("tcp", s.Addr()); err == nil {
		_ = c.Close()
		t.Error("the port is open")
	}
}

func TestStoresShareNothing(t *testing.T) {
	one, two := connect(t, startStore(t)), connect(t, startStore(t))
	one.send(t, command("HSET", "h", "f", "v"))
	one.want(t, ":1")
	two.send(t, command("HGET", "h", "f"))
	two.want(t, "$-1")
}
