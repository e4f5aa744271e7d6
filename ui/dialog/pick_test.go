package dialog_test

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

func TestPick(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	got := new(told)
	p := models(got).Left(got.note("left"))
	p.View(80, 24, st)
	if answer(p, "enter"); got.last() != "took b" {
		t.Fatalf("the first selection gave %q", *got)
	}
	for _, k := range []string{"p", "r", "o"} {
		p.Update(press(k))
	}
	view := ansi.Strip(p.View(80, 24, st))
	if strings.Contains(view, "Image to video") || !strings.Contains(view, "no key for the AI/ML API") {
		t.Fatalf("filtered by pro:\n%s", view)
	}
	if answer(p, "enter") {
		t.Fatalf("a row that cannot be picked gave %q", *got)
	}
	if answer(p, "esc") || !strings.Contains(ansi.Strip(p.View(80, 24, st)), "Image to video") {
		t.Fatal("esc did not clear the filter first")
	}
	for _, k := range []string{"t", "2", "v"} {
		p.Update(press(k))
	}
	if !answer(p, "enter") || len(*got) != 2 || got.last() != "took b" {
		t.Fatalf("words that are not shown gave %q", *got)
	}
	p.Update(press("z"))
	if view := ansi.Strip(p.View(80, 24, st)); !strings.Contains(view, "nothing matches") {
		t.Fatalf("an empty picker is\n%s", view)
	}
	if answer(p, "enter") {
		t.Fatalf("nothing was picked as %q", *got)
	}
	answer(p, "esc")
	if answer(p, "esc"); got.last() != "left" {
		t.Fatalf("esc gave %q", *got)
	}
}

// Another action gets the row that is selected, its key is shown, and without a
// row it does nothing.
func TestPickHasOtherActions(t *testing.T) {
	t.Parallel()
	var got []string
	forget := keys.New("forget", "", []string{"alt+x"}, "alt+x", "forget")
	p := dialog.NewPick("x", "X", []dialog.Row{{ID: "a", Columns: []safe.String{"apple"}}, {ID: "b", Columns: []safe.String{"pear"}}}, "b").
		Also(forget, func(id string) tea.Cmd {
			got = append(got, id)
			return nil
		})
	p.View(80, 24, theme.New(theme.Dark()))
	hints := p.Hints()
	if last := hints[len(hints)-1]; last.Name != forget.Name {
		t.Errorf("its keys are %v", hints)
	}
	act := func() {
		if do, _ := p.Update(tea.KeyPressMsg{Code: 'x', Mod: tea.ModAlt}); do != nil {
			do()
		}
	}
	act()
	p.Update(press("z"))
	act()
	if !slices.Equal(got, []string{"b"}) {
		t.Errorf("it acted on %v", got)
	}
}

// Headings separate the groups of a picker, and rows out of sight are
// indicated.
func TestPickHasHeadingsAndSaysWhereItIs(t *testing.T) {
	t.Parallel()
	var rows []dialog.Row
	for i := range 12 {
		group := safe.String("Money")
		if i > 5 {
			group = "Screen"
		}
		rows = append(rows, dialog.Row{
			ID: string(rune('a' + i)), Columns: []safe.String{safe.String(rune('a'+i)) + "-row"}, Group: group,
			Note: "A note that is told in full, however long it is, as half a sentence helps nobody: number " + safe.String(rune('a'+i)) + ".",
		})
	}
	st := theme.New(theme.Choose("none", false, false))
	p := dialog.NewPick("x", "Settings", rows, "")
	for _, h := range []int{16, 20, 40} {
		view := ansi.Strip(p.View(60, h, st))
		if n := strings.Count(view, "\n") + 1; n > h {
			t.Errorf("in %d lines it takes %d", h, n)
		}
		flat := strings.Join(strings.Fields(strings.ReplaceAll(view, "│", " ")), " ")
		if !strings.Contains(flat, "half a sentence helps nobody: number a.") || !strings.Contains(flat, "Money ▸ a-row") {
			t.Errorf("in %d lines:\n%s", h, view)
		}
		if all := strings.Contains(view, "l-row"); all == strings.Contains(view, "1 of 12 ▾") {
			t.Errorf("in %d lines it does not tell whether there is more:\n%s", h, view)
		}
	}
	p.Update(tea.KeyPressMsg{Code: tea.KeyEnd})
	if view := ansi.Strip(p.View(60, 16, st)); !strings.Contains(view, "▸ l-row") || !strings.Contains(view, "12 of 12 ▴") {
		t.Errorf("at the end:\n%s", view)
	}
	for _, r := range "h-row" {
		p.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if view := ansi.Strip(p.View(60, 16, st)); !strings.Contains(view, "Screen") || strings.Contains(view, "Money") {
		t.Errorf("filtered:\n%s", view)
	}
}
