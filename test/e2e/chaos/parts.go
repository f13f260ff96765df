package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// parts are the Kafkas of a run, which are started when a round first wants them, and the folder of all parts.
type parts struct {
	dir     string
	one     *server // a broker alone; nil: not started
	behind  *server // a broker that some clients find behind a proxy; nil: not started
	door    *stand.Proxy
	cluster []*server // three brokers; nil: not started
}

// openParts begins with a folder in which nothing runs: what an earlier run left is ended first.
func openParts(dir string) (*parts, error) {
	p := &parts{dir: dir}
	return p, errors.Join(p.sweep(), os.MkdirAll(dir, 0o755))
}

// close ends all that runs in the folder, and removes it.
func (p *parts) close() error {
	if p.door != nil {
		p.door.Close()
	}
	return p.sweep()
}

// sweep looks for what runs, and not at what is known to, since a run may have ended while it started something.
func (p *parts) sweep() error {
	var errs error
	for _, pattern := range []string{"*", "*/*"} {
		found, err := filepath.Glob(filepath.Join(p.dir, pattern, "pid"))
		errs = errors.Join(errs, err)
		for _, pid := range found {
			s := server{part: "kafka", dir: filepath.Dir(pid)} // the script that stops a Redis does the same
			errs = errors.Join(errs, s.stop(context.Background()))
		}
	}
	return errors.Join(errs, p.disk().unmount(), os.RemoveAll(p.dir))
}

// broker is the broker that runs alone.
func (p *parts) broker(ctx context.Context) (s *server, err error) {
	if p.one == nil {
		p.one, err = start(ctx, "kafka", filepath.Join(p.dir, "kafka"))
	}
	return p.one, err
}

// behindDoor is a broker, and a proxy: who asks there is told that the broker is there, so that all that it sends passes.
func (p *parts) behindDoor(ctx context.Context) (*server, *stand.Proxy, error) {
	if p.behind != nil {
		return p.behind, p.door, nil
	}
	port, err := freePort()
	if err != nil {
		return nil, nil, err
	}
	if p.door, err = stand.Listen("127.0.0.1:" + port); err != nil {
		return nil, nil, err
	}
	_, told, err := net.SplitHostPort(p.door.Addr())
	if err != nil {
		return nil, nil, err
	}
	p.behind, err = start(ctx, "kafka", filepath.Join(p.dir, "behind"), "WEIR_KAFKA_DOOR="+port+":"+told)
	return p.behind, p.door, err
}

// brokers are the three of a cluster.
func (p *parts) brokers(ctx context.Context) ([]*server, error) {
	if p.cluster != nil {
		return p.cluster, nil
	}
	dir := filepath.Join(p.dir, "cluster")
	out, err := script(ctx, "kafka", nil, "cluster", dir)
	if err != nil {
		return nil, err
	}
	for i, addr := range strings.Split(out, ",") {
		p.cluster = append(p.cluster, &server{part: "kafka", dir: filepath.Join(dir, strconv.Itoa(i+1)), addr: addr})
	}
	return p.cluster, nil
}

// server is a Kafka or Redis of test/parts, in a folder of its own.
type server struct {
	part string // the script
	dir  string
	addr string
}

// start starts one at any port, and waits until it answers.
func start(ctx context.Context, part, dir string, env ...string) (*server, error) {
	addr, err := script(ctx, part, env, "start", dir, "0")
	if err != nil {
		return nil, err
	}
	return &server{part, dir, addr}, nil
}

// script runs a script of test/parts, and returns what it printed.
func script(ctx context.Context, part string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join("..", "parts", part), args...)
	var out, errs bytes.Buffer
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %v: %w: %s", part, args, err, &errs)
	}
	return strings.TrimSpace(out.String()), nil
}

func (s *server) port() string { return s.addr[strings.LastIndex(s.addr, ":")+1:] }

// again starts a server that has ended, where it was.
func (s *server) again(ctx context.Context) error {
	_, err := script(ctx, s.part, nil, "start", s.dir, s.port())
	return err
}

func (s *server) stop(ctx context.Context) error {
	_, err := script(ctx, s.part, nil, "stop", s.dir)
	return err
}

// pid is the number of its process.
func (s *server) pid() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, "pid"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// signal sends it a signal.
func (s *server) signal(how syscall.Signal) error {
	pid, err := s.pid()
	if err == nil {
		err = syscall.Kill(pid, how)
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", how, s.dir, err)
	}
	return nil
}

// kill ends it as a failing machine would, and waits until it is gone.
func (s *server) kill(ctx context.Context) error {
	if err := s.signal(syscall.SIGKILL); err != nil {
		return err
	}
	return s.gone(ctx)
}

// gone waits until its process has ended, and all its threads, which hold the port.
func (s *server) gone(ctx context.Context) error {
	pid, err := s.pid()
	if err != nil {
		return err
	}
	return stand.Eventually(ctx, time.Minute, "the end of "+s.dir, func() error {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && !bytes.Contains(stat, []byte(") Z ")) {
			return errors.New("it runs")
		}
		if conn, err := net.Dial("tcp", s.addr); err == nil {
			_ = conn.Close() // it was only to see whether anybody is there
			return errors.New("it listens")
		}
		return nil
	})
}
