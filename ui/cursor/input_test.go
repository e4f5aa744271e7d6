package cursor_test

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/textinput"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/cursor"
)

func input(text string, at int) *textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	_ = in.Focus()
	in.SetValue(text)
	in.SetCursor(at)
	return &in
}

// The mark is before the letter that the cursor is at, whatever is wide before it
// and however long the text is.
func TestTheCursorIsAtItsLetter(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789", 5)
	for _, tt := range []struct {
		text      string
		at, width int
		want      string
	}{
		{"abc", 1, 20, "a|bc"},
		{"abc", 3, 20, "abc|"},
		{"東京a", 1, 20, "東|京a"},
		{"東京a", 3, 20, "東京a|"},
		{long, 50, 10, "123456789|"},
		{long, 49, 10, "012345678|9"},
		{long, 20, 10, "123456789|0"},
		{long, 3, 10, "012|3456789"},
		{strings.Repeat("東", 10), 10, 10, " 東東東東|"},
		{strings.Repeat("東", 10), 2, 10, "東東|東東東"},
	} {
		got := strings.ReplaceAll(strings.TrimRight(ansi.Strip(cursor.Input(input(tt.text, tt.at), tt.width)), " "), cursor.Mark, "|")
		if got != tt.want {
			t.Errorf("%q at %d in %d cells: %q, want %q", tt.text, tt.at, tt.width, got, tt.want)
		}
	}
}

// A click puts the cursor before the letter under it.
func TestPlace(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789", 5)
	for _, tt := range []struct {
		text            string
		at, width, cell int
		want            int
	}{
		{"abc", 3, 20, 1, 1},
		{"abc", 0, 20, 15, 3},
		{"abc", 3, 20, -2, 0},
		{"東京a", 0, 20, 2, 1},
		{"東京a", 0, 20, 3, 1},
		{"東京a", 0, 20, 4, 2},
		{long, 50, 10, 0, 41},
		{long, 0, 10, 4, 4},
	} {
		in := input(tt.text, tt.at)
		if cursor.Place(in, tt.width, tt.cell); in.Position() != tt.want {
			t.Errorf("%q from %d, cell %d of %d: at %d, want %d", tt.text, tt.at, tt.cell, tt.width, in.Position(), tt.want)
		}
	}
}
