package views_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// eachFile calls see for every file of the program, without tests, with its
// folder.
func eachFile(t *testing.T, see func(folder string, f *ast.File)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		files++
		see(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../"), f)
		return nil
	})
	if err != nil || files < 100 {
		t.Fatalf("%d files: %v", files, err)
	}
}

// Only the order desk makes the pass that a request that may be billed needs to
// enter the store, and only it and the store know the type. Only the desk has
// prompts rewritten, and only the queue sends requests for clips.
func TestOneWayToMoney(t *testing.T) {
	t.Parallel()
	const pass = "seedreel/state/internal/guard"
	made, callers := 0, map[string]map[string]bool{"Enhance": {}, "Submit": {}}
	eachFile(t, func(folder string, f *ast.File) {
		name := ""
		for _, i := range f.Imports {
			if path, err := strconv.Unquote(i.Path.Value); err == nil && path == pass {
				if folder != "state/order" && folder != "state/store" {
					t.Errorf("%s imports %s", folder, pass)
				}
				if name = "guard"; i.Name != nil {
					name = i.Name.Name
				}
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && name != "" && x.Name == name && sel.Sel.Name == "New" {
				if made++; folder != "state/order" {
					t.Errorf("%s makes a pass", folder)
				}
			}
			if c, ok := callers[sel.Sel.Name]; ok && len(call.Args) > 1 && strings.HasPrefix(folder, "state/") {
				c[folder] = true
			}
			if _, ok := callers[sel.Sel.Name]; ok && len(call.Args) > 1 && strings.HasPrefix(folder, "views/") {
				t.Errorf("%s calls %s of a service", folder, sel.Sel.Name)
			}
			return true
		})
	})
	if made != 1 {
		t.Errorf("passes are made in %d places", made)
	}
	for what, want := range map[string]string{"Enhance": "state/order", "Submit": "state/queue"} {
		delete(callers[what], "state/proof") // it buys on purpose, to see what the program makes of that
		if len(callers[what]) != 1 || !callers[what][want] {
			t.Errorf("%s is called in %v", what, callers[what])
		}
	}
}
