package store

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLibcIsTheOneSqliteWasMadeFor: the driver's package documentation
// requires exactly the version of modernc.org/libc in its own go.mod. Others
// break.
func TestLibcIsTheOneSqliteWasMadeFor(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^\s*modernc\.org/(sqlite|libc) (v\S+)`)
	read := func(path string) map[string]string {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		found := map[string]string{}
		for _, m := range version.FindAllStringSubmatch(string(b), -1) {
			found[m[1]] = m[2]
		}
		return found
	}
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOMOD", "GOMODCACHE").Output()
	if err != nil {
		t.Skipf("no go command: %v", err)
	}
	paths := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(paths) != 2 {
		t.Fatalf("go env says %q", out)
	}
	ours := read(paths[0])
	if ours["sqlite"] == "" || ours["libc"] == "" {
		t.Fatalf("go.mod names %v", ours)
	}
	theirs := read(filepath.Join(paths[1], "modernc.org", "sqlite@"+ours["sqlite"], "go.mod"))
	if theirs == nil {
		t.Skip("the module cache does not hold the driver")
	}
	if ours["libc"] != theirs["libc"] {
		t.Errorf("libc is %s, sqlite %s wants %s", ours["libc"], ours["sqlite"], theirs["libc"])
	}
}
