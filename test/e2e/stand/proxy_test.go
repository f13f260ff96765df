package stand

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// echo is a server that says a name before what it is told.
func echo(t *testing.T, name string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				lines := bufio.NewScanner(conn)
				for lines.Scan() {
					_, _ = io.WriteString(conn, name+" "+lines.Text()+"\n")
				}
			}()
		}
	}()
	return l.Addr().String()
}

func proxied(t *testing.T, server string) *Proxy {
	t.Helper()
	p, err := Listen(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func say(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text+"\n"); err != nil {
		t.Fatal(err)
	}
}

func hears(t *testing.T, conn net.Conn, want string) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	got, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || got != want+"\n" {
		t.Fatalf("%q, %v; want %q", got, err, want)
	}
}

func TestAProxyPassesHoldsUpCutsAndLeadsElsewhere(t *testing.T) {
	p := proxied(t, echo(t, "one"))
	conn := dial(t, p.Addr())
	say(t, conn, "a")
	hears(t, conn, "one a")

	p.Set(Hang)
	say(t, conn, "b")
	if err := conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("while nothing passes: %d bytes, %v", n, err)
	}
	p.Set(None)
	hears(t, conn, "one b")

	p.Set(Down)
	if n, err := conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("a connection that was reset: %d bytes", n)
	}
	if n, err := dial(t, p.Addr()).Read(make([]byte, 1)); err == nil {
		t.Errorf("a connection that must not come about: %d bytes", n)
	}

	p.Set(None)
	conn = dial(t, p.Addr())
	say(t, conn, "c")
	hears(t, conn, "one c")
	p.Lead(echo(t, "two"))
	if n, err := conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("a connection to where it no longer leads: %d bytes", n)
	}
	conn = dial(t, p.Addr())
	say(t, conn, "d")
	hears(t, conn, "two d")
}
