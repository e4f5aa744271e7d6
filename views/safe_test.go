package views_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestForeignTextIsCleaned checks the protection of the terminal. The types of
// ui/safe keep a raw string from being drawn by accident; this test keeps them
// from being applied by hand: outside of ui/safe only a literal may be
// converted.
func TestForeignTextIsCleaned(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, floor := range []string{".", "../ui"} {
		err := filepath.WalkDir(floor, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if filepath.Base(filepath.Dir(path)) == "safe" {
				return nil
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || !conversion(call) {
					return true
				}
				seen++
				if _, literal := call.Args[0].(*ast.BasicLit); !literal {
					t.Errorf("%s: text is called safe that nobody cleaned; use safe.Line or safe.Lines", fset.Position(call.Pos()))
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen == 0 {
		t.Error("no conversion was found at all: this test looks in the wrong place")
	}
}

func conversion(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "safe" && (sel.Sel.Name == "String" || sel.Sel.Name == "Block")
}
