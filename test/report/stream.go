package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action      string
	Package     string
	Test        string
	Elapsed     float64 // seconds
	Output      string
	ImportPath  string // of a build that speaks; only then
	FailedBuild string // the ImportPath that made the package fail
}

// suite is one package's tests as far as the stream has told.
type suite struct {
	name   string
	tests  []*test // in the order they began
	byName map[string]*test
	output strings.Builder // of the package itself, outside its tests
	result string          // pass, fail or skip; empty while it runs
	build  string          // what the compiler said, where that is why it failed
	took   float64         // seconds
}

// test is one test or subtest.
type test struct {
	name   string
	result string // pass, fail or skip; empty where it never ended
	output strings.Builder
	parent bool // has subtests, which are counted in its place
}

// stream gathers events into suites.
type stream struct {
	suites map[string]*suite
	order  []*suite
	builds map[string]*strings.Builder
}

// read consumes the whole stream and calls ended once for each package, at its end.
func (s *stream) read(in io.Reader, ended func(*suite)) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if bad := json.Unmarshal(line, &e); bad != nil {
				return fmt.Errorf("not a line of go test -json: %q", line)
			}
			if done := s.take(e); done != nil {
				ended(done)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take folds one event in, and returns the suite that it ended, if any.
func (s *stream) take(e event) *suite {
	switch {
	case e.Action == "build-output":
		build, ok := s.builds[e.ImportPath]
		if !ok {
			build = &strings.Builder{}
			s.builds[e.ImportPath] = build
		}
		build.WriteString(e.Output)
		return nil
	case e.Package == "":
		return nil
	}
	su := s.suite(e.Package)
	ends := e.Action == "pass" || e.Action == "fail" || e.Action == "skip"
	switch {
	case e.Test != "":
		t := su.test(e.Test)
		if e.Action == "output" {
			t.output.WriteString(e.Output)
		} else if ends {
			t.result = e.Action
		}
	case e.Action == "output":
		su.output.WriteString(e.Output)
	case ends:
		su.result, su.took = e.Action, e.Elapsed
		if build, ok := s.builds[e.FailedBuild]; ok {
			su.build = build.String()
		}
		return su
	}
	return nil
}

func (s *stream) suite(name string) *suite {
	su, ok := s.suites[name]
	if !ok {
		su = &suite{name: strings.TrimPrefix(name, "weir.dev/weir/"), byName: map[string]*test{}}
		s.suites[name] = su
		s.order = append(s.order, su)
	}
	return su
}

// families marks the tests that have subtests. A subtest belongs to the longest name that its own begins
// with, since a name may hold slashes.
func (su *suite) families() {
	for _, t := range su.tests {
		su.markParent(t.name)
	}
}

func (su *suite) markParent(name string) {
	for slash := strings.LastIndexByte(name, '/'); slash > 0; slash = strings.LastIndexByte(name[:slash], '/') {
		if t, ok := su.byName[name[:slash]]; ok {
			t.parent = true
			return
		}
	}
}

func (su *suite) test(name string) *test {
	t, ok := su.byName[name]
	if !ok {
		t = &test{name: name}
		su.byName[name] = t
		su.tests = append(su.tests, t)
	}
	return t
}
