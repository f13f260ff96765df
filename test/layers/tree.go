package layers

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// source is one parsed file.
type source struct {
	path  string // below the root
	dir   string // its folder
	test  bool
	lines int
	ast   *ast.File
	fset  *token.FileSet
}

// read walks a tree and gathers its parsed Go files and the text of every go.mod. It passes over what
// the go command passes over, and what git ignores at the root.
func (c *checker) read(tree fs.FS) error {
	return fs.WalkDir(tree, ".", func(file string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != "." && (name[0] == '.' || name[0] == '_' || name == "testdata" || c.ignored(file)):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go" && name != "go.mod":
			return nil
		}
		text, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		if name == "go.mod" {
			c.modules[file] = string(text)
			return nil
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, file, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		c.sources = append(c.sources, source{
			path: file, dir: path.Dir(file), test: strings.HasSuffix(file, "_test.go"),
			lines: bytes.Count(text, []byte("\n")), ast: parsed, fset: fset,
		})
		return nil
	})
}

// ignore reads the patterns of .gitignore that concern an entry of the root.
func (c *checker) ignore(tree fs.FS) error {
	text, err := fs.ReadFile(tree, ".gitignore")
	if err != nil {
		return err
	}
	c.patterns = []string{".git"}
	for line := range strings.Lines(string(text)) {
		pattern := strings.Trim(line, "/ \n")
		if pattern != "" && pattern[0] != '#' {
			c.patterns = append(c.patterns, pattern)
		}
	}
	return nil
}

func (c *checker) ignored(name string) bool {
	return slices.ContainsFunc(c.patterns, func(pattern string) bool {
		match, err := path.Match(pattern, name)
		return err == nil && match
	})
}
