package cursor_test

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/cursor"
)

func TestInsertAndFind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line  string
		at    int
		clean string
	}{
		{"abc", 0, "abc"},
		{"abc", 2, "abc"},
		{"abc", 3, "abc"},
		{"abc", 5, "abc  "},
		{"漢字", 2, "漢字"},
		{"\x1b[31mab\x1b[m cd", 3, "\x1b[31mab\x1b[m cd"},
	} {
		clean, x, y, ok := cursor.Find("first\nsecond\n" + cursor.Insert(tt.line, tt.at))
		if !ok || x != tt.at || y != 2 || ansi.Strip(clean) != "first\nsecond\n"+ansi.Strip(tt.clean) {
			t.Errorf("%q at %d: %q, %d,%d %v", tt.line, tt.at, clean, x, y, ok)
		}
	}
}

func TestTheLastMarkIsOnTop(t *testing.T) {
	t.Parallel()
	clean, x, y, ok := cursor.Find(cursor.Insert("below", 1) + "\n" + cursor.Insert("above", 4))
	if !ok || x != 4 || y != 1 || clean != "below\nabove" {
		t.Errorf("%q %d,%d %v", clean, x, y, ok)
	}
	if _, _, _, ok := cursor.Find("nothing"); ok {
		t.Error("a mark was found where there is none")
	}
}
