package files_test

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/files"
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
