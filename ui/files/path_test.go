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

// taking returns a browser and the paths picked in it.
func taking() (b *files.Browser, got *[]string) {
	got = new([]string)
	return files.New(files.Options{ID: "f", Take: func(paths []string) tea.Cmd {
		*got = paths
		return nil
	}}), got
}

// enter presses enter and runs the action.
func enter(b *files.Browser) {
	if a, _ := b.Update(tea.KeyPressMsg{Code: tea.KeyEnter}); a != nil {
		a()
	}
}

// A typed or pasted path or link is taken directly, without navigating to it.
func TestATypedPathIsTaken(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/pictures/lake.jpg", "~/lake.jpg", "https://x.example/lake.jpg"} {
		b, got := taking()
		b.Update(tea.PasteMsg{Content: path})
		if enter(b); !slices.Equal(*got, []string{path}) {
			t.Errorf("%s: got %q", path, *got)
		}
	}
}

func TestATypedPathBelongsToTheFolder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "samples"), 0o700); err != nil {
		t.Fatal(err)
	}
	b, got := taking()
	b.Update(b.Open(root)())
	b.Update(tea.PasteMsg{Content: "samples/lake.jpg"})
	if enter(b); !slices.Equal(*got, []string{filepath.Join(root, "samples", "lake.jpg")}) {
		t.Errorf("a relative path gives %q", *got)
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
