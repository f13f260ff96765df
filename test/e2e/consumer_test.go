package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// consumerDir installs the program of testdata/consumer and returns its folder. Without node, npm or what they fetch
// the test is skipped, or fails if WEIR_REAL is "require".
func consumerDir(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			absent(t, "node", err)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "consumer"))); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), "npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
	install.Dir = dir
	if said, err := install.CombinedOutput(); err != nil {
		absent(t, "node", fmt.Errorf("npm install: %w: %s", err, said))
	}
	t.Logf("real part: node with kafkajs and cloudevents")
	return dir
}

// followed is an event as the consumer prints it.
type followed struct {
	ID, Source, Type, Subject, Sequence, Tenant, DataContentType string
	Data                                                         map[string]any
}

// follow runs the consumer, until the test ends.
func follow(t *testing.T, dir, broker string) <-chan followed {
	t.Helper()
	cmd := exec.Command("node", "follow.js", broker)
	cmd.Dir = dir
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	events := make(chan followed)
	ended := make(chan struct{})
	go func() {
		defer close(events)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var e followed
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
				t.Errorf("%s: %v", lines.Text(), err)
			}
			select {
			case events <- e:
			case <-ended:
			}
		}
	}()
	t.Cleanup(func() {
		close(ended)
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil || errs.Len() > 0 {
			t.Errorf("the consumer ended with %v:\n%s", err, errs.String())
		}
	})
	return events
}

func TestSomebodyElsesConsumerFollowsTheNumbers(t *testing.T) {
	var deals, reopening []cloudEvent
	readFixture(t, "eight_deals.json", &deals)
	readFixture(t, "reopen.json", &reopening)
	dir := consumerDir(t)
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{config: configured(t, "tenants: {default: {publish: [{metric: bookings, window: 2026-Q1}]}}")})
		s.await(t, s.post(t, deals...), "")
		events := follow(t, dir, s.address("kafka"))
		before := wantNext(t, events, func(e followed) bool { return e.value("/values/0/value") == 130000.0 })
		if before.Type != updated || before.Subject != "bookings/2026-Q1" || before.Tenant != "default" || before.DataContentType != "application/json" {
			t.Errorf("%+v", before)
		}
		s.post(t, reopening...)
		after := wantNext(t, events, func(e followed) bool { return e.Type == updated && e.value("/values/0/value") == 110000.0 })
		if after.Sequence <= before.Sequence {
			t.Errorf("%s comes after %s", after.Sequence, before.Sequence)
		}
		told := wantNext(t, events, func(e followed) bool { return e.Type == corrected && e.Subject == "bookings/2026-Q1" })
		if told.value("/old/0/value") != 130000.0 || told.value("/new/0/value") != 110000.0 || told.value("/cause/id") != "D5-reopened" {
			t.Errorf("%+v", told)
		}
	})
}

func (e followed) value(pointer string) any {
	v, _ := at(e.Data, pointer)
	return v
}

// wantNext waits for the next event of a kind.
func wantNext(t *testing.T, events <-chan followed, is func(followed) bool) followed {
	t.Helper()
	up := time.After(patience)
	for {
		select {
		case e, more := <-events:
			if !more {
				t.Fatal("the consumer has ended")
			}
			if is(e) {
				return e
			}
		case <-up:
			t.Fatalf("no such event within %s", patience)
		}
	}
}
