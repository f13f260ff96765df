package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds whatever is waited for, where nothing else is said.
const patience = time.Minute

// gracePeriod is what a program may take to end when it is told to.
const gracePeriod = 15 * time.Second

// program is one of Weir's programs as a process, which can be killed and started again.
type program struct {
	name string
	path string
	args []string
	out  *output

	cmd     *exec.Cmd
	ended   chan struct{} // closed when the process has ended
	settled bool          // its end was asked for, and looked at
}

// newProgram makes a program of the folder of binaries. What it prints goes to a log, which is kept if the
// test fails, and line by line to seen, which may be nil. At the end of the test it is stopped.
func newProgram(t *testing.T, logs, name, binary string, seen func(line string), args ...string) *program {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(logs, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{name: name, path: binaryPath(t, binary), args: args, out: &output{file: file, seen: seen}}
	t.Cleanup(func() {
		p.stop(t)
		file.Close()
	})
	return p
}

func binaryPath(t *testing.T, binary string) string {
	t.Helper()
	dir := os.Getenv("WEIR_BIN")
	if dir == "" {
		dir = filepath.Join("..", "..", "bin")
	}
	path, err := filepath.Abs(filepath.Join(dir, binary))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: make build makes the programs, and WEIR_BIN names their folder", err)
	}
	return path
}

// logDir is a folder for the logs of a test's programs. It is kept if the test fails.
func logDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "weir-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the logs of its programs are in %s", dir)
		} else if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// start begins a new process.
func (p *program) start(t *testing.T) {
	t.Helper()
	p.cmd = exec.Command(p.path, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.WaitDelay = gracePeriod
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	p.settled = false
	cmd, ended := p.cmd, make(chan struct{})
	p.ended = ended
	go func() {
		_ = cmd.Wait() // its ProcessState tells
		close(ended)
	}()
}

// running tells whether the process has not ended.
func (p *program) running() bool {
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

// signal sends a signal to the process, which must be running.
func (p *program) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatalf("%s: %v: %v", p.name, s, err)
	}
}

// kill ends the process as a failing machine would.
func (p *program) kill(t *testing.T) {
	t.Helper()
	p.mustRun(t)
	p.signal(t, syscall.SIGKILL)
	p.wait(t, gracePeriod)
	p.settled = true
}

// stop tells the process to end, and checks that it ends well and in time.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if p.cmd == nil || p.settled {
		return
	}
	p.mustRun(t)
	p.settled = true
	p.signal(t, syscall.SIGCONT) // it may have been stopped
	p.signal(t, syscall.SIGTERM)
	if code := p.wait(t, gracePeriod); code != 0 {
		t.Errorf("%s ended with %d when it was told to, want 0; its last words:\n%s", p.name, code, p.out.tail())
	}
}

// mustRun fails the test where the process ended by itself.
func (p *program) mustRun(t *testing.T) {
	t.Helper()
	if !p.running() {
		p.settled = true
		t.Errorf("%s ended by itself: %v; its last words:\n%s", p.name, p.cmd.ProcessState, p.out.tail())
	}
}

// wait waits for the end of the process, and returns its exit code; -1 after a signal. When the time is
// up it ends the process for good, and the test fails.
func (p *program) wait(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(within):
		t.Errorf("%s (pid %d) has not ended within %s", p.name, p.cmd.Process.Pid, within)
		p.signal(t, syscall.SIGKILL)
		<-p.ended
	}
	return p.cmd.ProcessState.ExitCode()
}

// run runs a program to its end, and returns its exit code and what it printed.
func run(t *testing.T, within time.Duration, binary string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(binaryPath(t, binary), args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = gracePeriod
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(within, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s %v: %v", binary, args, err)
	}
	if cmd.ProcessState.ExitCode() < 0 {
		t.Fatalf("%s %v: %v after at most %s:\n%s%s", binary, args, cmd.ProcessState, within, &out, &errs)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
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

// tail is what was printed last.
func (o *output) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(append(o.last, string(o.part)), "\n")
}

// all is everything that was printed.
func (o *output) all(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(o.file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// eventually asks until it gets no error; when the time is up the test fails with the last one.
func eventually(t *testing.T, within time.Duration, what string, ask func() error) {
	t.Helper()
	up := time.After(within)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-up:
			t.Fatalf("%s: not within %s: %v", what, within, err)
		case <-tick.C:
		}
	}
}
