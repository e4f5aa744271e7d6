package story_test

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

// TestAcceptanceNamesWhatThereIs compares the list of what the screens promise
// with the tests and commands that it names.
func TestAcceptanceNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/acceptance.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]map[string]bool{}
	n := 0
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		n++
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 4 || cells[0] != strconv.Itoa(n) {
			t.Fatalf("line %d is %q", n, line)
		}
		tests := 0
		for _, by := range strings.Split(cells[3], ", ") {
			if command, ok := strings.CutPrefix(by, "run: "); ok {
				if fields := strings.Fields(command); len(fields) < 3 || !isMain(t, fields[2]) {
					t.Errorf("%d, %s: nothing can be run by %q", n, cells[1], command)
				}
				continue
			}
			tests++
			if at := strings.LastIndex(by, "."); at < 0 || !testsOf(t, known, by[:at])[by[at+1:]] {
				t.Errorf("%d, %s: there is no test %q", n, cells[1], by)
			}
		}
		if tests == 0 {
			t.Errorf("%d, %s: no test shows it", n, cells[1])
		}
	}
	if n != 25 {
		t.Errorf("%d points, want 25", n)
	}
}

// testsOf returns the tests of the package in a folder.
func testsOf(t *testing.T, known map[string]map[string]bool, pkg string) map[string]bool {
	t.Helper()
	if have, ok := known[pkg]; ok {
		return have
	}
	have := map[string]bool{}
	known[pkg] = have
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pkg), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				have[fn.Name.Name] = true
			}
		}
	}
	return have
}

// isMain reports whether a folder, as the go command writes it, is a program.
func isMain(t *testing.T, folder string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.PackageClauseOnly)
		if err == nil && parsed.Name.Name == "main" {
			return true
		}
	}
	return false
}
