package dialog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

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
