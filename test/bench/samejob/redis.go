package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// redisPatience is how long a Redis that was started has until it answers.
const redisPatience = 10 * time.Second

// startRedis starts a Redis on a free port of the loopback, that keeps nothing on disk and ends with
// this process, however that ends.
func startRedis(ctx context.Context, dir string) (process *exec.Cmd, addr string, err error) {
	port, err := freePort()
	if err != nil {
		return nil, "", err
	}
	process = exec.Command("redis-server", "--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir,
		"--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction")
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := process.Start(); err != nil {
		return nil, "", fmt.Errorf("start redis: %w", err)
	}
	addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if err := answers(ctx, addr); err != nil {
		return nil, "", errors.Join(err, process.Process.Kill(), process.Wait())
	}
	return process, addr, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// answers waits until an address accepts connections.
func answers(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis at %s: %w", addr, err)
		case <-tick.C:
		}
	}
}
