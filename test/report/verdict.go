package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// What package parts says in a test's log.
var (
	partAbsent  = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: real part absent: (\w+): (.*)$`)
	partPresent = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: real part: (\w+)`)
	skipReason  = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: (.*)$`)
)

// verdict is what a run comes to.
type verdict struct {
	out             io.Writer
	passed, skipped int
	failures        []string                     // one line each; every one makes the run fail
	ran             map[string]map[string]bool   // package → real parts that its tests met
	notRun          map[string]map[string]string // package → absent part → what go without it
}

// report prints what in tells to out, and whether the run is good. With required, a real-parts suite
// that did not run is a failure, and so is a run without any.
func report(in io.Reader, out io.Writer, required bool) (bool, error) {
	s := stream{suites: map[string]*suite{}, builds: map[string]*strings.Builder{}}
	v := verdict{out: out, ran: map[string]map[string]bool{}, notRun: map[string]map[string]string{}}
	err := s.read(in, v.judge)
	for _, su := range s.order {
		if su.result == "" {
			v.judge(su)
		}
	}
	v.close(required)
	return len(v.failures) == 0, err
}

// judge counts the tests of a package that has ended, and prints what failed in it.
func (v *verdict) judge(su *suite) {
	su.families()
	before := len(v.failures)
	tests := 0
	for _, t := range su.tests {
		if !t.parent {
			tests++
		}
		v.judgeTest(su, t)
	}
	if su.result != "pass" && su.result != "skip" && len(v.failures) == before {
		v.fail(su.name, "", packageFault(su), su.build+su.output.String())
	}
	switch {
	case len(v.failures) > before:
		fmt.Fprintf(v.out, "FAIL  %s (%.1f s)\n", su.name, su.took)
	case tests > 0:
		fmt.Fprintf(v.out, "ok    %s: %d tests (%.1f s)\n", su.name, tests, su.took)
	}
}

func packageFault(su *suite) string {
	switch {
	case su.build != "":
		return "does not build"
	case su.result == "":
		return "never ended"
	}
	return "failed outside its tests"
}

func (v *verdict) judgeTest(su *suite, t *test) {
	log := t.output.String()
	absent := partAbsent.FindStringSubmatch(log)
	if absent != nil {
		note(v.notRun, su.name, absent[1], absent[2])
	} else if !t.parent && inRealSuite(t.name) && t.result != "skip" {
		note(v.ran, su.name, "", true)
	}
	for _, met := range partPresent.FindAllStringSubmatch(log, -1) {
		note(v.ran, su.name, met[1], true)
	}
	switch {
	case t.result == "pass" && !t.parent:
		v.passed++
	case t.result == "pass":
	case t.result == "skip" && absent != nil:
		v.skipped++
	case t.result == "skip":
		reason := "without a reason"
		if said := skipReason.FindStringSubmatch(log); said != nil {
			reason = said[1]
		}
		v.fail(su.name, t.name, "skipped, and not for an absent real part: "+reason, "")
	case t.parent && t.result == "fail" && failedBelow(su, t) && len(spoken(log)) == 0:
		// It failed because a subtest did, which speaks for itself.
	case t.result == "":
		v.fail(su.name, t.name, "never ended", log)
	default:
		v.fail(su.name, t.name, "", log)
	}
}

func failedBelow(su *suite, t *test) bool {
	return slices.ContainsFunc(su.tests, func(below *test) bool {
		return strings.HasPrefix(below.name, t.name+"/") && below.result != "pass"
	})
}

// inRealSuite tells whether a part of the name is "real": TestLog/real/keeps_order.
func inRealSuite(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/")[1:], func(part string) bool {
		return part == "real" || strings.HasPrefix(part, "real_")
	})
}

func note[V any](m map[string]map[string]V, name, part string, value V) {
	if m[name] == nil {
		m[name] = map[string]V{}
	}
	m[name][part] = value
}

// fail notes one failure, and prints what the test or the package said.
func (v *verdict) fail(pkg, test, why, log string) {
	line := strings.TrimSpace(pkg + " " + test)
	if why != "" {
		line += ": " + why
	}
	v.failures = append(v.failures, line)
	fmt.Fprintf(v.out, "--- %s\n", line)
	for _, said := range spoken(log) {
		fmt.Fprintf(v.out, "    %s\n", said)
	}
}

// spoken is a log without the lines that go test adds.
func spoken(log string) []string {
	var lines []string
	for line := range strings.Lines(log) {
		line = strings.TrimRight(line, "\n")
		trimmed := strings.TrimSpace(line)
		if trimmed != "" && !strings.HasPrefix(trimmed, "=== ") && !strings.HasPrefix(trimmed, "--- ") {
			lines = append(lines, line)
		}
	}
	return lines
}

// close prints the summary: the failures once more, the counts, the real parts.
func (v *verdict) close(required bool) {
	var absent []string
	for _, name := range slices.Sorted(maps.Keys(v.notRun)) {
		names := slices.Sorted(maps.Keys(v.notRun[name]))
		var why []string
		for _, part := range names {
			why = append(why, v.notRun[name][part])
		}
		line := fmt.Sprintf("%s (%s): %s", name, strings.Join(names, ", "), strings.Join(why, ", "))
		absent = append(absent, line)
		if required && slices.ContainsFunc(names, installable) {
			v.failures = append(v.failures, "real parts are required: "+line)
		}
	}
	if required {
		if len(v.ran) == 0 {
			v.failures = append(v.failures, "real parts are required: no suite ran")
		}
	}
	if v.passed == 0 {
		v.failures = append(v.failures, "no test passed")
	}
	fmt.Fprintln(v.out)
	for _, line := range v.failures {
		fmt.Fprintln(v.out, "failed:", line)
	}
	fmt.Fprintf(v.out, "%d passed, %d failed, %d skipped\n", v.passed, len(v.failures), v.skipped)
	fmt.Fprintln(v.out, "real parts: ran:", v.ranLine())
	for _, line := range absent {
		fmt.Fprintln(v.out, "real parts: not run:", line)
	}
	if len(absent) == 0 {
		fmt.Fprintln(v.out, "real parts: not run: none")
	}
}

// installable tells whether test/parts can bring a part. Real data it cannot: that is no part of this
// project, and a run without it says so and goes on.
func installable(part string) bool {
	return part != "data"
}

func (v *verdict) ranLine() string {
	var ran []string
	for _, name := range slices.Sorted(maps.Keys(v.ran)) {
		met := slices.Sorted(maps.Keys(v.ran[name]))
		met = slices.DeleteFunc(met, func(part string) bool { return part == "" })
		if len(met) > 0 {
			name += " (" + strings.Join(met, ", ") + ")"
		}
		ran = append(ran, name)
	}
	if len(ran) == 0 {
		return "none"
	}
	return strings.Join(ran, ", ")
}
