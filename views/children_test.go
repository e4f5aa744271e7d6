package views_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Programs that are started get no keys: one function makes their commands. The
// two tools for developers start the program itself.
func TestChildrenAreMadeInOnePlace(t *testing.T) {
	t.Parallel()
	starts := regexp.MustCompile(`\bexec\.Command(Context)?\(|\bos\.StartProcess\(|\bexec\.Cmd\{`)
	own := map[string]bool{"client/secret/environ.go": true}
	seen := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		path = filepath.ToSlash(strings.TrimPrefix(path, "../"))
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasPrefix(path, "state/proof/") || strings.HasPrefix(path, "ui/meter/") || strings.HasPrefix(path, ".ci/") {
			return err
		}
		b, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			return err
		}
		if !starts.Match(b) {
			return nil
		}
		if seen++; !own[path] {
			t.Errorf("%s makes the command of a program itself; secret.Command keeps keys from it", path)
		}
		return nil
	})
	if err != nil || seen < len(own) {
		t.Fatalf("%d files were found: %v", seen, err)
	}
}
