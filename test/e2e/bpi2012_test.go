package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// realData is a folder of WEIR_DATA, which holds what is no part of this project. Without it the test is
// skipped.
func realData(t *testing.T, folder string) string {
	t.Helper()
	dir := os.Getenv("WEIR_DATA")
	if dir == "" {
		t.Skipf("real part absent: data: WEIR_DATA is unset")
	}
	t.Logf("real part: data in %s", dir)
	return filepath.Join(dir, folder)
}

// bpi2012 is what the loan applications come to, each number counted from the log by other means.
func bpi2012() expectations {
	const period = "window=2011-10-01..2012-04-01&as_of=2012-03-31"
	near := func(value, within float64) map[string]any { return map[string]any{"value": value, "within": within} }
	const won, cases = 1336.0, 7455.0
	metric := func(id string) string { return "/v1/metrics/" + id + "?" + period }
	all := expectations{
		metric("deals_created"):  {"/values/0/value": cases},
		metric("leads_captured"): {"/values/0/value": cases},
		metric("deals_won"):      {"/values/0/value": won},
		metric("win_rate"): {
			"/values/0/value": near(won/cases, 1e-9), "/values/0/numerator": won, "/values/0/denominator": cases,
		},
		metric("sales_cycle_length"): {
			"/values/0/n": won, "/values/0/value": near(1271302.68, 12713), "/values/0/quantiles/mean": near(1486852.409, 1),
		},
	}
	stages := []struct {
		id                   string
		entries, on, through float64 // how often it was entered; of so many that entered it, so many went on
	}{
		{"submitted", 7455, 4143, 7455},
		{"preaccepted", 4143, 2886, 4143},
		{"accepted", 2886, 2836, 2886},
		{"offer_sent", 3024, 1856, 2836},
		{"offer_returned", 1958, 1854, 1856},
		{"validation", 1854, 1336, 1854},
	}
	for i, stage := range stages {
		next := "approved"
		if i+1 < len(stages) {
			next = stages[i+1].id
		}
		all[metric("stage_entries")+"&where=stage:"+stage.id] = map[string]any{"/values/0/value": stage.entries}
		all[metric("stage_conversion_rate")+"&where=from:"+stage.id+",to:"+next] = map[string]any{
			"/values/0/numerator": stage.on, "/values/0/denominator": stage.through, "/values/0/value": near(stage.on/stage.through, 1e-9),
		}
	}
	return all
}

var sentLine = regexp.MustCompile(`([\d,]+) of ([\d,]+) events sent\n$`)

// loans imports the loan applications.
type loans struct {
	csv, resume string
	to          string
}

func (l loans) args(more ...string) []string {
	mapping := filepath.Join("..", "..", "mappings", "bpi2012.yaml")
	return append([]string{"import", "--mapping", mapping, "--to", l.to, "--resume-file", l.resume, l.csv}, more...)
}

// acked is how many events the file of progress says to be acknowledged.
func (l loans) acked() int {
	text, err := os.ReadFile(l.resume)
	if err != nil {
		return 0
	}
	var progress struct {
		Acked int `json:"acked"`
	}
	_ = json.Unmarshal(text, &progress) // what cannot be read is no progress
	return progress.Acked
}

// cut imports until some events are acknowledged, and then kills the import.
func (l loans) cut(t *testing.T, s *system, after int) {
	t.Helper()
	p := newProgram(t, s.logs, "cut import", "weir", nil, l.args()...)
	p.start(t)
	eventually(t, 2*patience, "the import is in its middle", func() error {
		if got := l.acked(); got < after {
			return fmt.Errorf("%d events acknowledged", got)
		}
		return nil
	})
	p.kill(t)
	if p.State().Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the import ended before it was cut: %v", p.State())
	}
}

// finish imports to the end, and returns how many events were sent, all of them accepted.
func (l loans) finish(t *testing.T, more ...string) (position string, events int) {
	t.Helper()
	code, stdout, stderr := run(t, 3*time.Minute, "weir", l.args(more...)...)
	var rejected int
	if _, err := fmt.Sscanf(stdout, "accepted %d\nrejected %d\nposition %s\n", &events, &rejected, &position); code != 0 || err != nil || rejected != 0 {
		t.Fatalf("import: exit code %d, %v:\n%s%s", code, err, stdout, stderr)
	}
	m := sentLine.FindStringSubmatch(stderr)
	if m == nil || m[1] != m[2] || strings.ReplaceAll(m[1], ",", "") != strconv.Itoa(events) {
		t.Errorf("import says that it sent %q of %d events", m, events)
	}
	if len(more) > 0 && !strings.Contains(stderr, "going on after") {
		t.Errorf("it does not say where it goes on:\n%s", stderr)
	}
	return position, events
}

func TestLoanApplicationsComeToWhatTheirLogSays(t *testing.T) {
	folder := realData(t, "bpi2012_dev")
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{config: filepath.Join("..", "..", "mappings", "bpi2012.weir.yaml")})
		l := loans{
			csv: filepath.Join(folder, "bpi2012_dev_events.csv.gz"), resume: filepath.Join(t.TempDir(), "progress"),
			to: s.url(ingestor, ""),
		}
		began := time.Now()
		l.cut(t, s, 20_000)
		position, events := l.finish(t, "--resume")
		s.await(t, position, "")
		t.Logf("%d events, cut and resumed, are in the numbers after %.1f s", events, time.Since(began).Seconds())
		s.check(t, "", bpi2012())
		position, again := l.finish(t)
		s.await(t, position, "")
		if again != events {
			t.Errorf("the second import sent %d events, the first %d", again, events)
		}
		s.check(t, "", bpi2012())
		s.audit(t)
	})
}
