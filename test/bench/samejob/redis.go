package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"syscall"
	"time"

	"weir.dev/weir/test/bench/machine"
)

// redisPatience is how long a Redis that was started has until it answers.
const redisPatience = 10 * time.Second

// startRedis starts a Redis on a free port of the loopback, that keeps nothing on disk and ends with
// this process, however that ends.
func startRedis(ctx context.Context, dir string) (process *exec.Cmd, addr string, err error) {
	addr, err = machine.FreeAddress()
	if err != nil {
		return nil, "", err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", err
	}
	process = exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", dir,
		"--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction")
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := process.Start(); err != nil {
		return nil, "", fmt.Errorf("start redis: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	if err := machine.Answers(ctx, addr); err != nil {
		return nil, "", errors.Join(err, process.Process.Kill(), process.Wait())
	}
	return process, addr, nil
}
