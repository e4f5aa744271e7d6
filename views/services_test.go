package views_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"seedreel/client/all"
)

// A service is known by its folder and the list in client/all. Everything else
// reads its descriptor: another service must not need another case.
func TestNoServiceIsNamedOutsideItsFolder(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..")
	free := []string{"client/all"}
	var exact, part []string
	for _, d := range all.Services() {
		free = append(free, "client/"+d.ID)
		exact = append(exact, d.ID)
		part = append(part, d.Name, d.KeyVar, d.BaseVar, strings.TrimPrefix(d.Base, "https://"))
	}
	seen := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if e.IsDir() && (slices.Contains(free, rel) || strings.HasPrefix(e.Name(), ".") && rel != ".") {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		seen++
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, s := range literals(t, rel, src) {
			if slices.Contains(exact, s) || slices.ContainsFunc(part, func(p string) bool { return strings.Contains(s, p) }) || imported(s) {
				t.Errorf("%s names a service: %q", rel, s)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("only %d files were read", seen)
	}
}

// imported reports whether a literal is the import path of a service's folder.
func imported(s string) bool {
	return slices.ContainsFunc(all.IDs(), func(id string) bool { return s == "seedreel/client/"+id })
}

// literals returns the string literals of a file, including those of imports.
func literals(t *testing.T, name string, src []byte) (out []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil {
				out = append(out, s)
			}
		}
		return true
	})
	return out
}
