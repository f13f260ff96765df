package layers

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Check returns one line for each place where the tree breaks the law, as file:line: what and why.
func Check(tree fs.FS, law Law) ([]string, error) {
	c := checker{law: law, modules: map[string]string{}}
	if err := c.ignore(tree); err != nil {
		return nil, err
	}
	if err := c.read(tree); err != nil {
		return nil, err
	}
	for _, src := range c.sources {
		c.imports(src)
		c.size(src)
		if !src.test && within(src.dir, law.Pure) {
			c.purity(src)
		}
	}
	c.packages()
	c.replaces()
	if err := c.root(tree); err != nil {
		return nil, err
	}
	slices.Sort(c.found)
	return c.found, nil
}

type checker struct {
	law      Law
	patterns []string // of what git ignores
	sources  []source
	modules  map[string]string // path → text of each go.mod
	found    []string
}

func (c *checker) fail(place, format string, args ...any) {
	c.found = append(c.found, place+": "+fmt.Sprintf(format, args...))
}

func (c *checker) report(src source, pos token.Pos, format string, args ...any) {
	c.fail(fmt.Sprintf("%s:%d", src.path, src.fset.Position(pos).Line), format, args...)
}

// imports holds a file's imports to the rules, and those of a pure file to its place as well.
func (c *checker) imports(src source) {
	self := path.Join(c.law.Module, src.dir)
	for _, spec := range src.ast.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil || below(imported, self) {
			continue
		}
		for _, rule := range c.law.Rules {
			if rule.binds(src.dir, src.test) && within(imported, rule.Imports) && !c.sameFolder(rule, src.dir, imported) {
				c.report(src, spec.Pos(), "must not import %s: %s", imported, rule.Why)
			}
		}
		if own := indexOf(src.dir, c.law.Pure); own >= 0 && !src.test && !c.pureMay(own, imported) {
			c.report(src, spec.Pos(), "must not import %s: pure code imports what the law lists, and of this module %s", imported, c.above(own))
		}
	}
}

// sameFolder tells whether an import stays in the very folder that the rule binds.
func (c *checker) sameFolder(rule Rule, dir, imported string) bool {
	own := indexOf(dir, rule.In)
	return own >= 0 && below(imported, path.Join(c.law.Module, rule.In[own]))
}

func (c *checker) pureMay(own int, imported string) bool {
	if local, ok := strings.CutPrefix(imported, c.law.Module+"/"); ok {
		other := indexOf(local, c.law.Pure)
		return other >= 0 && other <= own
	}
	return slices.ContainsFunc(c.law.PureImports, func(allowed string) bool {
		standard := !strings.Contains(strings.SplitN(allowed, "/", 2)[0], ".")
		return imported == allowed || !standard && below(imported, allowed)
	})
}

func (c *checker) above(own int) string {
	if own == 0 {
		return "nothing"
	}
	return "only " + strings.Join(c.law.Pure[:own], ", ")
}

// impureTime is what package time offers that reads the clock, waits, or depends on the machine.
var impureTime = []string{
	"Now", "Since", "Until", "Local", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker",
}

// purity finds what no import tells: the clock and goroutines.
func (c *checker) purity(src source) {
	clock := ""
	for _, spec := range src.ast.Imports {
		if spec.Path.Value == `"time"` {
			clock = "time"
			if spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	if clock == "." {
		c.report(src, src.ast.Name.Pos(), "must not import time by dot: its use of the clock could not be seen")
	}
	ast.Inspect(src.ast, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.GoStmt:
			c.report(src, node.Pos(), "must not start a goroutine: this package is pure")
		case *ast.SelectorExpr:
			if id, ok := node.X.(*ast.Ident); ok && id.Name == clock && slices.Contains(impureTime, node.Sel.Name) {
				c.report(src, node.Pos(), "must not use time.%s: in a pure package time is an argument", node.Sel.Name)
			}
		}
		return true
	})
}

// size holds a file and its interfaces to the budgets.
func (c *checker) size(src source) {
	if src.lines > c.law.Lines && !strings.HasSuffix(src.path, "_gen.go") {
		c.fail(src.path, "has %d lines, %d are allowed", src.lines, c.law.Lines)
	}
	ast.Inspect(src.ast, func(node ast.Node) bool {
		if spec, ok := node.(*ast.TypeSpec); ok {
			if port, ok := spec.Type.(*ast.InterfaceType); ok && port.Methods.NumFields() > c.law.Methods {
				c.report(src, spec.Pos(), "interface %s has %d methods, %d are allowed", spec.Name.Name, port.Methods.NumFields(), c.law.Methods)
			}
		}
		return true
	})
}

// packages asks of every folder for a package comment and a name that says something. Only where there
// is nothing but tests does a test's comment count.
func (c *checker) packages() {
	byDir := map[string][]source{}
	for _, src := range c.sources {
		byDir[src.dir] = append(byDir[src.dir], src)
	}
	for dir, files := range byDir {
		code := slices.DeleteFunc(slices.Clone(files), func(src source) bool { return src.test })
		if len(code) == 0 {
			code = files
		}
		if !slices.ContainsFunc(code, func(src source) bool { return src.ast.Doc != nil }) {
			c.fail(dir, "the package has no doc comment: what lives there, and what never will?")
		}
		if name := code[0].ast.Name.Name; slices.Contains(c.law.Names, name) {
			c.fail(dir, "a package called %s says nothing of what it holds", name)
		}
	}
}

// replaces finds replace lines: no other module inherits them, and go install refuses them.
func (c *checker) replaces() {
	for file, text := range c.modules {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "replace") {
				c.fail(file, "must not replace modules: %s", strings.TrimSpace(line))
			}
		}
	}
}

// root counts what a visitor sees first.
func (c *checker) root(tree fs.FS) error {
	entries, err := fs.ReadDir(tree, ".")
	if err != nil {
		return err
	}
	seen := slices.DeleteFunc(entries, func(entry fs.DirEntry) bool { return c.ignored(entry.Name()) })
	if len(seen) > c.law.Entries {
		c.fail(".", "the root has %d entries, %d are allowed", len(seen), c.law.Entries)
	}
	return nil
}
