package files_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/files"
	"seedreel/ui/theme"
)

// A path or a link that is typed or pasted is taken as it is: nobody wants to
// climb to it.
func TestATypedPathIsTaken(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/pictures/lake.jpg", "~/lake.jpg", "https://x.example/lake.jpg"} {
		b := files.New(files.Options{ID: "f"})
		b.Update(tea.PasteMsg{Content: path})
		a, _ := b.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		got, ok := a.(files.Chosen)
		if !ok || !slices.Equal(got.Paths, []string{path}) {
			t.Errorf("%s: got %v", path, a)
		}
	}
}

func TestATypedPathBelongsToTheFolder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "samples"), 0o700); err != nil {
		t.Fatal(err)
	}
	b := files.New(files.Options{ID: "f"})
	b.Update(b.Open(root)())
	b.Update(tea.PasteMsg{Content: "samples/lake.jpg"})
	if a, _ := b.Update(tea.KeyPressMsg{Code: tea.KeyEnter}); !slices.Equal(a.(files.Chosen).Paths, []string{filepath.Join(root, "samples", "lake.jpg")}) {
		t.Errorf("a relative path gives %v", a)
	}
	for _, typed := range []string{"samples/", filepath.Join(root, "samples") + "/"} {
		b := files.New(files.Options{ID: "f"})
		b.Update(b.Open(root)())
		b.Update(tea.PasteMsg{Content: typed})
		if view := b.View(60, 20, theme.New(theme.Choose("none", false, false))); !strings.Contains(view, "enter opens this folder") {
			t.Errorf("%s: nothing tells what enter does:\n%s", typed, view)
		}
		_, open := b.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		if open == nil || b.Dir() != filepath.Join(root, "samples") {
			t.Errorf("%s: it is in %s", typed, b.Dir())
		}
	}
}
