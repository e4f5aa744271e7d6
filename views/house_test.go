package views_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Doc        string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps=false", "-json=ImportPath,Imports,Deps,Doc", "seedreel/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	var all []goPackage
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages were found", len(all))
	}
	return all
}

func floor(pkg string) string {
	rest, ok := strings.CutPrefix(pkg, "seedreel/")
	if !ok {
		return ""
	}
	f, _, _ := strings.Cut(rest, "/")
	return f
}

// TestImportDirection checks that a package imports only lower layers.
func TestImportDirection(t *testing.T) {
	t.Parallel()
	below := map[string][]string{
		"views":  {"views", "ui", "state", "client", "assets"},
		"ui":     {"ui"},
		"state":  {"state", "client", "assets"},
		"client": {"client", "assets"},
		"assets": {},
	}
	for _, p := range packages(t) {
		from := floor(p.ImportPath)
		allowed, known := below[from]
		if !known {
			if p.ImportPath != "seedreel" {
				t.Errorf("%s stands on no floor", p.ImportPath)
			}
			continue
		}
		for _, imp := range p.Imports {
			if to := floor(imp); to != "" && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s: that is upwards", p.ImportPath, imp)
			}
		}
		if from == "client" || from == "state" {
			for _, dep := range p.Deps {
				if strings.HasPrefix(dep, "charm.land/") || strings.HasPrefix(dep, "github.com/charmbracelet/") {
					t.Errorf("%s depends on %s: nothing below the screens knows the terminal", p.ImportPath, dep)
				}
			}
		}
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// TestHouseRules checks that files are small and data is not in the code.
func TestHouseRules(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n := strings.Count(string(b), "\n"); n > 500 {
			t.Errorf("%s has %d lines, at most 500 are allowed", path, n)
		}
		if strings.HasSuffix(path, "_test.go") {
			return nil
		}
		for _, word := range []string{"bytedance/", "seedance-v1", "seedance-1-", "seedance-2"} {
			if strings.Contains(string(b), word) {
				t.Errorf("%s holds %q: models are data", path, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
