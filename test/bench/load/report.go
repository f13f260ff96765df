package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// report is what was found, line by line, as it is printed and written down.
type report struct {
	lines  []string
	failed bool
}

func (r *report) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Println(text)
	r.lines = append(r.lines, text)
}

// verdict is a line that says whether something is as it must be.
func (r *report) verdict(right bool, format string, args ...any) {
	verdict := "PASS"
	if !right {
		verdict, r.failed = "FAIL", true
	}
	r.line("%s  %s", verdict, fmt.Sprintf(format, args...))
}

func (r *report) err() error {
	if r.failed {
		return errFailed
	}
	return nil
}

// into writes the lines into load.md of a folder, between the marks of their section; without a folder nowhere.
func (r *report) into(docs, section string) error {
	if docs == "" {
		return nil
	}
	file := filepath.Join(docs, "load.md")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), "<!-- "+section+" -->\n")
	_, after, ends := strings.Cut(rest, "<!-- end of "+section+" -->")
	if !begins || !ends {
		return fmt.Errorf("%s has no section %s", file, section)
	}
	written := before + "<!-- " + section + " -->\n```\n" + strings.Join(r.lines, "\n") + "\n```\n<!-- end of " + section + " -->" + after
	return os.WriteFile(file, []byte(written), 0o600)
}
