package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestMatrixNamesWhatThereIs checks that the tests and rows named in the fault
// matrix exist.
func TestMatrixNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := 1
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 4 {
			t.Fatalf("%q has %d cells", line, len(cells))
		}
		if n, err := strconv.Atoi(cells[0]); err != nil || n != want {
			t.Errorf("row %s, want %d", cells[0], want)
		}
		want++
		for _, by := range shownBy(cells[3]) {
			if !exists(t, by) {
				t.Errorf("row %s (%s) is shown by %q, which does not exist", cells[0], cells[1], by)
			}
		}
	}
	if want != 48 {
		t.Errorf("%d rows, want 47", want-1)
	}
}

var named = regexp.MustCompile(`proof: [^|]+$|[a-z/]+\.(?:Test|Fuzz)\w+`)

// shownBy splits the last cell; a row of the proof comes last, as it may
// contain a comma.
func shownBy(cell string) []string { return named.FindAllString(cell, -1) }

func exists(t *testing.T, by string) bool {
	t.Helper()
	if words, ok := strings.CutPrefix(by, "proof: "); ok {
		for _, r := range rows {
			if strings.HasPrefix(r.fault, words) {
				return true
			}
		}
		return false
	}
	pkg, name, _ := strings.Cut(by, ".")
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pkg), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}
