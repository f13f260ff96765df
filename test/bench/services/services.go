// Package services is Weir's three services as processes, as an operator runs them: started on a Kafka and a Redis that
// hold nothing of Weir, asked over HTTP, ended politely. What they are asked, and what is made of it, belongs to
// those who measure.
package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"weir.dev/weir/test/bench/machine"
)

// readyWithin is what a service may take to start.
const readyWithin = time.Minute

// Options say what the services run on.
type Options struct {
	Bin    string // folder of the programs
	Dir    string // folder for the configuration and the logs
	Kafka  string // host:port
	Redis  string // host:port
	Config string // text of the configuration
}

// Services are the three while they run.
type Services struct {
	Ingestor, Aggregator, Query string // addresses, host:port

	processes []*exec.Cmd
}

// Start starts the three, and waits until they are ready. Stop is to be called also after an error.
func Start(ctx context.Context, o Options) (*Services, error) {
	s := &Services{}
	config := filepath.Join(o.Dir, "weir.yaml")
	if err := os.WriteFile(config, []byte(o.Config), 0o600); err != nil {
		return s, err
	}
	for _, role := range []struct {
		name string
		addr *string
	}{{"ingestor", &s.Ingestor}, {"aggregator", &s.Aggregator}, {"query", &s.Query}} {
		var err error
		if *role.addr, err = s.launch(ctx, o, role.name, config); err != nil {
			return s, err
		}
	}
	return s, nil
}

// launch starts a service and waits until it is ready.
func (s *Services) launch(ctx context.Context, o Options, name, config string) (addr string, err error) {
	if addr, err = machine.FreeAddress(); err != nil {
		return "", err
	}
	log, err := os.Create(filepath.Join(o.Dir, name+".log"))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, log.Close()) }() // the process has its own
	process := exec.Command(filepath.Join(o.Bin, name), "--config", config, "--listen", addr, "--kafka", o.Kafka, "--redis", o.Redis)
	process.Stdout, process.Stderr = log, log
	if err := process.Start(); err != nil {
		return "", err
	}
	s.processes = append(s.processes, process)
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if err := ready(ctx, addr); err != nil {
		said, _ := os.ReadFile(log.Name()) // best effort, to tell why
		return "", fmt.Errorf("%s: %w\n%s", name, err, said)
	}
	return addr, nil
}

// ready waits until a service says that it is.
func ready(ctx context.Context, addr string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		status, _, err := Get(ctx, "http://"+addr+"/readyz", "")
		if err == nil && status == http.StatusOK {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready: status %d: %w", status, errors.Join(err, ctx.Err()))
		case <-tick.C:
		}
	}
}

// Stop ends the services, politely.
func (s *Services) Stop() error {
	var all error
	for _, p := range s.processes {
		all = errors.Join(all, p.Process.Signal(syscall.SIGTERM))
	}
	for _, p := range s.processes {
		all = errors.Join(all, p.Wait())
	}
	return all
}

// Get asks for a URL, with an API key or without.
func Get(ctx context.Context, url, key string) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, body, err
}
