package e2e

import (
	"os"
	"testing"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// patience bounds whatever is waited for, where nothing else is said.
const patience = time.Minute

// gracePeriod is what a program may take to end when it is told to.
const gracePeriod = stand.GracePeriod

// program is one of Weir's programs as a process of a test, which can be killed and started again.
type program struct {
	*stand.Program
	settled bool // its end was asked for, and looked at
}

// newProgram makes a program of the folder of binaries. What it prints goes to a log, which is kept if the
// test fails, and line by line to seen, which may be nil. At the end of the test it is stopped.
func newProgram(t *testing.T, logs, name, binary string, seen func(line string), args ...string) *program {
	t.Helper()
	path, err := stand.Binary(binary)
	if err != nil {
		t.Fatal(err)
	}
	made, err := stand.NewProgram(logs, name, path, seen, args...)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{Program: made}
	t.Cleanup(func() {
		p.stop(t)
		made.Close()
	})
	return p
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
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	p.settled = false
}

// signal sends a signal to the process, which must be running.
func (p *program) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// kill ends the process as a failing machine would.
func (p *program) kill(t *testing.T) {
	t.Helper()
	p.settled = true
	if err := p.Kill(); err != nil {
		t.Error(err)
	}
}

// stop tells the process to end, and checks that it ends well and in time.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if !p.Started() || p.settled {
		return
	}
	p.settled = true
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

// wait waits for the end of the process, and returns its exit code; -1 after a signal. When the time is
// up it ends the process for good, and the test fails.
func (p *program) wait(t *testing.T, within time.Duration) int {
	t.Helper()
	code, err := p.Wait(within)
	if err != nil {
		t.Error(err)
	}
	return code
}

// printed is everything that the program printed.
func (p *program) printed(t *testing.T) string {
	t.Helper()
	text, err := p.Printed()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// run runs a program to its end, and returns its exit code and what it printed.
func run(t *testing.T, within time.Duration, binary string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr, err := stand.Run(t.Context(), within, binary, args...)
	if err != nil {
		t.Fatal(err)
	}
	return code, stdout, stderr
}

// eventually asks until it gets no error; when the time is up the test fails with the last one.
func eventually(t *testing.T, within time.Duration, what string, ask func() error) {
	t.Helper()
	if err := stand.Eventually(t.Context(), within, what, ask); err != nil {
		t.Fatal(err)
	}
}
