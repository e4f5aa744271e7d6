package dialog_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/cursor"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// A click answers with what was drawn under it, and with nothing before a
// question can have been read.
func TestAClickAnswersWithWhatWasDrawn(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	open := func(d dialog.Dialog) (s *dialog.Stack, click func(word string)) {
		s = dialog.NewStack(func() time.Time { return now })
		s.Push(d)
		return s, func(word string) {
			t.Helper()
			base := strings.TrimSuffix(strings.Repeat(strings.Repeat(" ", 80)+"\n", 24), "\n")
			for y, l := range strings.Split(ansi.Strip(s.Over(base, 80, 24, st)), "\n") {
				if at := strings.Index(l, word); at >= 0 {
					s.Point(ansi.StringWidth(l[:at]), y, true, 0)
					return
				}
			}
			t.Fatalf("%q is not drawn", word)
		}
	}
	got := new(told)
	s, click := open(question(got))
	click("Yes")
	if got.last() != "" || s.Empty() {
		t.Errorf("a click at once is an answer: %q", *got)
	}
	now = now.Add(time.Second)
	click("Submit")
	if got.last() != "" || s.Empty() {
		t.Errorf("the title is an answer: %q", *got)
	}
	click("Yes")
	if got.last() != "yes" || !s.Empty() {
		t.Errorf("a click on yes gave %q", *got)
	}

	got = new(told)
	rows := []dialog.Row{
		{ID: "a", Group: "First", Columns: []safe.String{"apple"}, Do: got.note("apple")},
		{ID: "b", Group: "Second", Columns: []safe.String{"banana"}, Do: got.note("banana")},
		{ID: "c", Group: "Second", Columns: []safe.String{"cherry"}, Why: "not ripe"},
	}
	s, click = open(dialog.NewPick("pick", "Fruit", rows, ""))
	for _, nothing := range []string{"Second", "cherry", "type to filter"} {
		if click(nothing); got.last() != "" || s.Empty() {
			t.Errorf("a click on %q gave %q", nothing, *got)
		}
	}
	if click("banana"); got.last() != "banana" || !s.Empty() {
		t.Errorf("a click on a row gave %q", *got)
	}

	got = new(told)
	s, click = open(&dialog.Menu{Name: "menu", Title: "Do", Entries: []dialog.Entry{
		{Key: "x", Label: "one", Do: got.note("one")}, {Key: "y", Label: "two", Do: got.note("two")},
	}})
	if click("two"); got.last() != "two" || !s.Empty() {
		t.Errorf("a click on an entry gave %q", *got)
	}
}

// A click in a text that is edited puts the cursor there, whatever the letters
// are as wide as.
func TestAClickPutsTheCursorIntoTheText(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	rows := []dialog.Row{{ID: "a", Columns: []safe.String{"abc東京de"}}}
	for name, tt := range map[string]struct {
		d    dialog.Dialog
		cell int
		want string
	}{
		"in the middle":       {dialog.NewInput("in", "Name", "Its body.", "abcdef", nil), 3, "abcXdef"},
		"before all":          {dialog.NewInput("in", "Name", "", "abcdef", nil), 0, "Xabcdef"},
		"past the end":        {dialog.NewInput("in", "Name", "", "abc", nil), 30, "abcX"},
		"after a wide letter": {dialog.NewInput("in", "Name", "", "a東京b", nil), 3, "a東X京b"},
		"inside a wide one":   {dialog.NewInput("in", "Name", "", "a東京b", nil), 4, "a東X京b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			point(t, tt.d, tt.cell, st)
			tt.d.Update(tea.KeyPressMsg{Code: 'X', Text: "X"})
			if view := cursor.Strip(ansi.Strip(tt.d.View(80, 24, st))); !strings.Contains(view, tt.want) {
				t.Errorf("no %q in\n%s", tt.want, view)
			}
		})
	}
	d := dialog.NewPick("pick", "Pick", rows, "")
	d.Update(tea.PasteMsg{Content: "c東京d"})
	point(t, d, 3, st)
	d.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	if view := cursor.Strip(ansi.Strip(d.View(80, 24, st))); !strings.Contains(view, "┃ c京d") {
		t.Errorf("the cursor is elsewhere:\n%s", view)
	}
}

// point clicks a cell of the text that a dialog lets edit.
func point(t *testing.T, d dialog.Dialog, cell int, st *theme.Styles) {
	t.Helper()
	for y, l := range strings.Split(ansi.Strip(d.View(80, 24, st)), "\n") {
		if at := strings.Index(l, "┃ "); at >= 0 {
			if p, ok := d.(dialog.Pointer); !ok {
				t.Fatal("it does not answer the mouse")
			} else if act, _ := p.Point(ansi.StringWidth(l[:at])+2+cell, y, true, 0); act != nil {
				t.Error("a click in a text is an answer")
			}
			return
		}
	}
	t.Fatal("no text to edit is drawn")
}
