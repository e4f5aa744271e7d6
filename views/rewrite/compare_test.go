package rewrite

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/theme"
)

// What goes and what is new is marked on either side, also without colour and
// where a word is longer than its column.
func TestDifferencesAreMarked(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 70)
	c := New(nil, "a boat drifts on a calm lake\nat dawn "+long, "a boat sails on a wide calm lake\nat dusk "+long)
	for _, p := range []theme.Palette{theme.Dark(), theme.None()} {
		st := theme.New(p)
		view := c.View(80, 24, st)
		for _, w := range []string{"drifts", "dawn"} {
			if !strings.Contains(view, st.Diff.Removed.Render(w)) {
				t.Errorf("%s: %q is not struck out:\n%s", p.Name, w, view)
			}
		}
		for _, w := range []string{"sails", "wide", "dusk"} {
			if !strings.Contains(view, st.Diff.Added.Render(w)) {
				t.Errorf("%s: %q is not marked as new:\n%s", p.Name, w, view)
			}
		}
		for _, w := range []string{"a boat", "calm lake", "x"} {
			if strings.Contains(view, st.Diff.Removed.Render(w)) || strings.Contains(view, st.Diff.Added.Render(w)) {
				t.Errorf("%s: %q is marked, and is in both:\n%s", p.Name, w, view)
			}
		}
		lines := strings.Split(view, "\n")
		for _, l := range lines {
			if ansi.StringWidth(l) != ansi.StringWidth(lines[0]) {
				t.Errorf("the frame is not straight at %q", ansi.Strip(l))
			}
		}
	}
	same := New(nil, "a lake", "a lake").View(80, 24, theme.New(theme.None()))
	if strings.Contains(same, "\x1b[4") || strings.Contains(same, "\x1b[9") {
		t.Errorf("equal texts differ: %q", same)
	}
}

func TestLettersAnswer(t *testing.T) {
	t.Parallel()
	c := New(nil, "a", "b")
	for i, key := range []string{"n", "y", "e"} {
		k := tea.KeyPressMsg{Code: rune(key[0]), Text: key}
		if act, _ := c.Update(k); act == nil || c.direct(k) != i {
			t.Errorf("%s takes answer %d, want %d", key, c.direct(k), i)
		}
		if c.Careful(k) != (i > 0) {
			t.Errorf("%s may be typed ahead: %v", key, i == 0)
		}
	}
	if act, _ := c.Update(tea.KeyPressMsg{Code: 'x', Text: "x"}); act != nil {
		t.Error("any letter answers")
	}
}

// A click takes the answer that is drawn under it, on any width.
func TestClicksAnswer(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	for _, width := range []int{60, 80, 200} {
		for i, word := range []string{"Keep mine", "Take the new one", "Take it and edit"} {
			c := New(nil, strings.Repeat("a boat drifts ", 20), strings.Repeat("a boat sails ", 30))
			var x, y int
			for row, l := range strings.Split(ansi.Strip(c.View(width, 24, st)), "\n") {
				if at := strings.Index(l, word); at >= 0 {
					x, y = ansi.StringWidth(l[:at]), row
				}
			}
			if y == 0 {
				continue // it has no room
			}
			if act, _ := c.Point(x+1, y, true, 0); act == nil {
				t.Errorf("%d cells: a click on %q is no answer", width, word)
			}
			if c.drawn[i][0] > x-edge || c.drawn[i][1] <= x-edge {
				t.Errorf("%d cells: %q is drawn at %d, and noted at %v", width, word, x, c.drawn[i])
			}
			if act, _ := c.Point(x, y-1, true, 0); act != nil {
				t.Errorf("%d cells: a click above %q is an answer", width, word)
			}
		}
	}
}
