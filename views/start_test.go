package views_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNoTemplatesAreLinked checks that no part of the program uses a template
// engine: it looks up methods by name, so that the linker keeps every exported
// method of every type, some megabytes.
func TestNoTemplatesAreLinked(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, imp := range p.Imports {
			if imp == "text/template" || imp == "html/template" {
				t.Errorf("%s imports %s", p.ImportPath, imp)
			}
		}
	}
}

// TestNoExpressionIsCompiledBeforeMain checks that regular expressions are
// compiled when they are first used: few of them are on the way to the first
// screen, and none on that to a page of help.
func TestNoExpressionIsCompiledBeforeMain(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, dir := range []string{"../assets", "../client", "../state", "../ui", "."} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if path == "../state/proof" {
				return fs.SkipDir // a program of its own
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			seen++
			for _, at := range compiledEarly(f) {
				t.Errorf("%s: an expression is compiled before main; use sync.OnceValue", files.Position(at))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Errorf("only %d files were found", seen)
	}
}

// compiledEarly returns where variables of a package compile a regular
// expression.
func compiledEarly(f *ast.File) []token.Pos {
	var found []token.Pos
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		ast.Inspect(g, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false // runs later
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "regexp" && slices.Contains([]string{"MustCompile", "Compile"}, n.Sel.Name) {
					found = append(found, n.Pos())
				}
			}
			return true
		})
	}
	return found
}

func TestCompiledEarly(t *testing.T) {
	t.Parallel()
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
var a = regexp.MustCompile("a")
var b = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("b") })
func c() { regexp.MustCompile("c") }
`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(compiledEarly(f)); n != 1 {
		t.Errorf("%d are found", n)
	}
}
