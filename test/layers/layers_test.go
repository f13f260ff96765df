package layers_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"weir.dev/weir/test/layers"
)

// house is a small law over a small tree, with one rule of each kind.
var house = layers.Law{
	Module:      "m",
	Pure:        []string{"event", "metric"},
	PureImports: []string{"time", "errors", "x.dev/hash"},
	Rules: []layers.Rule{
		{Imports: []string{"m/services"}, Tests: true, Why: "services wire"},
		{Except: []string{"store"}, Imports: []string{"x.dev/redis"}, Why: "only the store speaks it"},
		{In: []string{"black"}, Imports: []string{"m"}, Tests: true, Why: "it is a black box"},
	},
	Names:   []string{"util"},
	Lines:   12,
	Methods: 2,
	Entries: 7,
}

// sound keeps the law, and uses each freedom that it leaves.
var sound = map[string]string{
	".gitignore":             "# made by builds\n/bin/\n*.prof\n",
	"go.mod":                 "module m\n",
	"bin/old.go":             "not even Go",
	"cpu.prof":               "",
	"event/event.go":         "// Package event is pure.\npackage event\nimport \"time\"\nfunc Later(t time.Time) time.Time { return t.Add(1) }\n",
	"event/event_test.go":    "package event\nimport (\n\"net\"\n\"time\"\n)\nvar now, a = time.Now(), net.IP{}\n",
	"event/testdata/wild.go": "package util\n",
	"metric/metric.go":       "// Package metric is pure.\npackage metric\nimport (\n_ \"m/event\"\n_ \"m/metric/bins\"\n_ \"x.dev/hash/v2\"\n)\n",
	"metric/bins/bins.go":    "// Package bins is pure.\npackage bins\ntype Small interface { A(); B() }\n",
	"store/store.go":         "// Package store keeps.\npackage store\nimport (\n_ \"x.dev/redis\"\n_ \"m/metric\"\n)\nfunc f() { go f() }\n",
	"store/rows_gen.go":      "package store\n" + strings.Repeat("// row\n", 20),
	"services/a/main.go":     "// Command a wires.\npackage main\nimport _ \"m/services/a/demo\"\n",
	"services/a/demo/d.go":   "// Package demo is a's own.\npackage demo\n",
	"black/box.go":           "// Package black asks.\npackage black\nimport _ \"m/black/ask\"\n",
	"black/ask/ask_test.go":  "// Package ask asks.\npackage ask\nimport _ \"m/black\"\n",
}

func check(t *testing.T, changes map[string]string) []string {
	t.Helper()
	tree := fstest.MapFS{}
	for _, files := range []map[string]string{sound, changes} {
		for file, text := range files {
			tree[file] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	broken, err := layers.Check(tree, house)
	if err != nil {
		t.Fatal(err)
	}
	return broken
}

func TestASoundTreeIsLeftInPeace(t *testing.T) {
	if broken := check(t, nil); len(broken) > 0 {
		t.Errorf("found %q", broken)
	}
}

func TestEachWayToBreakTheLawIsFound(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{
			"pure code imports the net", "event/x.go", "package event\nimport \"net/http\"\n",
			"event/x.go:2: must not import net/http: pure code imports what the law lists, and of this module nothing",
		},
		{
			"pure code imports below a listed package of the standard library", "metric/x.go", "package metric\nimport \"time/tzdata\"\n",
			"metric/x.go:2: must not import time/tzdata: pure code imports what the law lists, and of this module only event",
		},
		{
			"pure code imports pure code that comes after it", "event/x.go", "package event\nimport \"m/metric\"\n",
			"event/x.go:2: must not import m/metric: pure code imports what the law lists, and of this module nothing",
		},
		{
			"pure code imports code that is not", "metric/x.go", "package metric\nimport \"m/store\"\n",
			"metric/x.go:2: must not import m/store: pure code imports what the law lists, and of this module only event",
		},
		{
			"pure code imports what only begins like a listed path", "event/x.go", "package event\nimport \"x.dev/hashes\"\n",
			"event/x.go:2: must not import x.dev/hashes: pure code imports what the law lists, and of this module nothing",
		},
		{
			"pure code reads the clock", "event/x.go", "package event\nimport \"time\"\nvar t = time.Now()\n",
			"event/x.go:3: must not use time.Now: in a pure package time is an argument",
		},
		{
			"pure code reads the clock under another name", "event/x.go", "package event\nimport c \"time\"\nvar f = c.Since\n",
			"event/x.go:3: must not use time.Since: in a pure package time is an argument",
		},
		{
			"pure code hides the clock", "event/x.go", "package event\nimport . \"time\"\nvar t = Now()\n",
			"event/x.go:1: must not import time by dot: its use of the clock could not be seen",
		},
		{
			"pure code starts a goroutine", "metric/x.go", "package metric\nfunc f() { go f() }\n",
			"metric/x.go:2: must not start a goroutine: this package is pure",
		},
		{
			"somebody imports a service", "store/x_test.go", "package store\nimport \"m/services/a/demo\"\n",
			"store/x_test.go:2: must not import m/services/a/demo: services wire",
		},
		{
			"a driver is imported elsewhere", "services/a/x.go", "package main\n\nimport \"x.dev/redis/v9\"\n",
			"services/a/x.go:3: must not import x.dev/redis/v9: only the store speaks it",
		},
		{
			"a black-box test imports the product", "black/x_test.go", "package black\nimport \"m/event\"\n",
			"black/x_test.go:2: must not import m/event: it is a black box",
		},
		{"a file is long", "store/x.go", "package store\n" + strings.Repeat("\n", 12), "store/x.go: has 13 lines, 12 are allowed"},
		{
			"an interface is wide", "store/x.go", "package store\ntype Port interface { A(); B(); C() }\n",
			"store/x.go:2: interface Port has 3 methods, 2 are allowed",
		},
		{
			"a package has no comment", "services/b/x.go", "package main\n",
			"services/b: the package has no doc comment: what lives there, and what never will?",
		},
		{"a package says nothing", "store/util/x.go", "// Package util is.\npackage util\n", "store/util: a package called util says nothing of what it holds"},
		{"the root is crowded", "one.md", "", ".: the root has 8 entries, 7 are allowed"},
		{"a module is replaced", "black/go.mod", "module m/black\nreplace m => ..\n", "black/go.mod: must not replace modules: replace m => .."},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken := check(t, map[string]string{c.file: c.text})
			if !slices.Equal(broken, []string{c.want}) {
				t.Errorf("found %q, want %q alone", broken, c.want)
			}
		})
	}
}
