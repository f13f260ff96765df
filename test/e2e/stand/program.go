package stand

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// GracePeriod is what a program may take to end when it is told to.
const GracePeriod = 15 * time.Second

// Program is one of Weir's programs as a process, which can be killed and started again.
type Program struct {
	Name string
	Args []string

	path  string
	out   *output
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended
}

// NewProgram makes a program of an executable. What it prints goes to a file of the folder logs, and line by line to
// seen, which may be nil.
func NewProgram(logs, name, path string, seen func(line string), args ...string) (*Program, error) {
	file, err := os.OpenFile(filepath.Join(logs, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &Program{Name: name, Args: args, path: path, out: &output{file: file, seen: seen}}, nil
}

// Binary is the path of a program of Weir, in the folder that WEIR_BIN names, or else in that of make build.
func Binary(name string) (string, error) {
	dir := os.Getenv("WEIR_BIN")
	if dir == "" {
		dir = filepath.Join("..", "..", "bin")
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w: make build makes the programs, and WEIR_BIN names their folder", err)
	}
	return path, nil
}

// Start begins a new process.
func (p *Program) Start() error {
	cmd, ended := exec.Command(p.path, p.Args...), make(chan struct{})
	cmd.Stdout, cmd.Stderr = p.out, p.out
	cmd.WaitDelay = GracePeriod
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	p.cmd, p.ended = cmd, ended
	go func() {
		_ = cmd.Wait() // its ProcessState tells
		close(ended)
	}()
	return nil
}

// Started tells whether it was ever started.
func (p *Program) Started() bool { return p.cmd != nil }

// Running tells whether the process has not ended.
func (p *Program) Running() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// Pid is the number of the process that was started last.
func (p *Program) Pid() int { return p.cmd.Process.Pid }

// Signal sends a signal to the process. One that has ended does not mind.
func (p *Program) Signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s: %v: %w", p.Name, s, err)
	}
	return nil
}

// Kill ends the process as a failing machine would.
func (p *Program) Kill() error {
	if err := p.Alive(); err != nil {
		return err
	}
	if err := p.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	_, err := p.Wait(GracePeriod)
	return err
}

// Stop tells the process to end, and fails where it does not end well and in time.
func (p *Program) Stop() error {
	if err := p.Alive(); err != nil {
		return err
	}
	if err := errors.Join(p.Signal(syscall.SIGCONT), p.Signal(syscall.SIGTERM)); err != nil { // it may have been stopped
		return err
	}
	code, err := p.Wait(GracePeriod)
	if err == nil && code != 0 {
		err = fmt.Errorf("%s ended with %d when it was told to, want 0; its last words:\n%s", p.Name, code, p.Tail())
	}
	return err
}

// Alive fails where the process has ended by itself.
func (p *Program) Alive() error {
	if p.Running() {
		return nil
	}
	return fmt.Errorf("%s ended by itself: %v; its last words:\n%s", p.Name, p.State(), p.Tail())
}

// Wait waits for the end of the process, and returns its exit code; -1 after a signal. When the time is up it ends
// the process for good, and fails.
func (p *Program) Wait(within time.Duration) (code int, err error) {
	select {
	case <-p.ended:
	case <-time.After(within):
		err = fmt.Errorf("%s (pid %d) has not ended within %s", p.Name, p.Pid(), within)
		err = errors.Join(err, p.Signal(syscall.SIGKILL))
		<-p.ended
	}
	return p.cmd.ProcessState.ExitCode(), err
}

// State is how the process that was started last ended; nil while it runs.
func (p *Program) State() *os.ProcessState {
	if p.cmd == nil || p.Running() {
		return nil
	}
	return p.cmd.ProcessState
}

// Close closes the log of a program that has ended.
func (p *Program) Close() error { return p.out.file.Close() }

// Tail is what was printed last.
func (p *Program) Tail() string { return p.out.tail() }

// Printed is everything that was printed.
func (p *Program) Printed() (string, error) {
	text, err := os.ReadFile(p.out.file.Name())
	return string(text), err
}

// Run runs a program of Weir to its end, and returns its exit code and what it printed.
func Run(ctx context.Context, within time.Duration, binary string, args ...string) (code int, stdout, stderr string, err error) {
	path, err := Binary(binary)
	if err != nil {
		return -1, "", "", err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = GracePeriod
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		err = nil
	}
	if err != nil {
		return -1, out.String(), errs.String(), fmt.Errorf("%s %v: %w after at most %s:\n%s%s", binary, args, err, within, &out, &errs)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String(), nil
}

// output is where a program prints to.
type output struct {
	seen func(line string)

	mu   sync.Mutex
	file *os.File
	part []byte // of a line that is not ended
	last []string
}

const tailLines = 15

// Write takes what was printed.
func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.part = append(o.part, text...)
	for {
		line, rest, ended := bytes.Cut(o.part, []byte("\n"))
		if !ended {
			break
		}
		o.line(string(line))
		o.part = bytes.Clone(rest)
	}
	return o.file.Write(text)
}

func (o *output) line(text string) {
	o.last = append(o.last[max(0, len(o.last)-tailLines):], text)
	if o.seen != nil {
		o.seen(text)
	}
}

func (o *output) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(append(o.last, string(o.part)), "\n")
}

// Eventually asks until it gets no error; when the time is up, or ctx ends, it fails with the last one.
func Eventually(ctx context.Context, within time.Duration, what string, ask func() error) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: not within %s: %w", what, within, err)
		case <-tick.C:
		}
	}
}
