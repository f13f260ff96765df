// Package layers holds the sources of a tree to its law: who may import whom, what pure code may do,
// and how large things may grow. It reads files, never the go command, so that a cached test notices
// every change. The law itself stands in layers_test.go at the root; nothing of Weir is known here.
package layers

import "strings"

// Law is what a tree promises. Folders are slash-separated paths below its root, and stand for all
// that lies in them.
type Law struct {
	Module string // the import path of the root
	Pure   []string
	// PureImports is what pure code may import beside the pure folders before its own: packages of
	// the standard library by name, others by the path that they begin with.
	PureImports []string
	Rules       []Rule
	Names       []string // no package may be called so
	Lines       int      // of a file at most; generated ones (_gen.go) are free
	Methods     int      // of an interface at most
	Entries     int      // of the root at most, without those that git ignores
}

// Rule forbids imports. A file may always import what lies in its own folder.
type Rule struct {
	In      []string // the folders that it binds; none: all
	Except  []string // the folders that it leaves free
	Tests   bool     // binds test files too
	Imports []string // import paths, with all that lies below them
	Why     string   // completes "must not import X: …"
}

// binds tells whether the rule speaks to a file of folder dir.
func (r Rule) binds(dir string, test bool) bool {
	return (r.Tests || !test) && (len(r.In) == 0 || within(dir, r.In)) && !within(dir, r.Except)
}

// below tells whether path is root or lies below it.
func below(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

func within(path string, roots []string) bool {
	return indexOf(path, roots) >= 0
}

// indexOf is the place in roots of the first that path lies in, -1 where there is none.
func indexOf(path string, roots []string) int {
	for i, root := range roots {
		if below(path, root) {
			return i
		}
	}
	return -1
}
