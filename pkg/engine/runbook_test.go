package engine

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// runbook is docs/operations.md, by alarm.
func runbook(t *testing.T) (whole string, entries map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	entries = map[string]string{}
	for _, section := range strings.Split(string(text), "\n### `")[1:] {
		name, rest, _ := strings.Cut(section, "`\n")
		entry, _, _ := strings.Cut(rest, "\n## ")
		entries[name] = entry
	}
	return string(text), entries
}

func TestEveryAlarmStandsInTheRunbook(t *testing.T) {
	whole, entries := runbook(t)
	names := []string{Alarm(errors.New("a failure without a name"))}
	for _, a := range alarms {
		names = append(names, a.name)
	}
	for _, name := range names {
		if _, there := entries[name]; name != "" && !there {
			t.Errorf("docs/operations.md does not say what to do about %s", name)
		}
	}
	for name, entry := range entries {
		for _, part := range []string{"**Symptom", "eaning.**", "**Do.**", "**Tested**"} {
			if !strings.Contains(entry, part) && name != "unexpected" {
				t.Errorf("the entry of %s has no %s", name, part)
			}
		}
		if !strings.Contains(whole, "\n| [`"+name+"`](#"+name+") | ") {
			t.Errorf("%s is not in the table", name)
		}
	}
}

func TestEveryTestThatTheRunbookNamesExists(t *testing.T) {
	whole, _ := runbook(t)
	named := regexp.MustCompile("`(Test[A-Z][A-Za-z]+)`").FindAllStringSubmatch(whole, -1)
	if len(named) == 0 {
		t.Fatal("it names none")
	}
	var tests strings.Builder
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, "_test.go") {
			var text []byte
			text, err = os.ReadFile("../../" + path)
			tests.Write(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range named {
		if !strings.Contains(tests.String(), "\nfunc "+name[1]+"(t *testing.T)") {
			t.Errorf("there is no %s", name[1])
		}
	}
}
