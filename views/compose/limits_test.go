package compose

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/ui/field"
	"seedreel/views/order"
	"seedreel/views/studio"
)

// said runs a command of the form and returns what it says, and whether it
// submits.
func said(v *Screen, cmd tea.Cmd) (text string, submits bool) {
	if cmd == nil {
		return "", false
	}
	switch m := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range m {
			t, s := said(v, c)
			text, submits = text+t, submits || s
		}
	case studio.ToastMsg:
		text = string(m.Text)
	case order.SubmitMsg:
		submits = true
	case field.ChangedMsg:
		v.takeRows()
	case checkedMsg:
		return said(v, v.applyCheck(m))
	}
	return text, submits
}

// drawn returns the form as it is read.
func drawn(v *Screen) string {
	view, _, _, _ := field.Cursor(ansi.Strip(v.View()))
	return view
}

// typeInto focuses a row and types letters.
func typeInto(v *Screen, row, text string) {
	v.focusOn(row)
	for _, r := range text {
		_ = v.toForm(tea.KeyPressMsg{Code: r, Text: string(r)})
		v.takeRows()
	}
}

// What a row says is out of range is not offered for a submit, in the words
// under the form no more than by the key.
func TestNothingOutOfRangeIsOffered(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ row, text, why string }{
		"clips":      {keyCount, "71", "71 is out of range"},
		"no clips":   {keyCount, "0", "0 is out of range"},
		"length":     {string(catalogue.RoleDuration), "99", "99 s is not offered"},
		"seed":       {string(catalogue.RoleSeed), "-2", "out of range"},
		"a big seed": {string(catalogue.RoleSeed), "9999999999999999999", ""},
	} {
		v := shown(t, 80, 32)
		typeInto(v, tt.row, tt.text)
		view := drawn(v)
		if !strings.Contains(view, tt.why) || !strings.Contains(view, "to do: ") || strings.Contains(view, "[ ctrl+g ]") {
			t.Errorf("%s: it is offered:\n%s", name, view)
		}
		if text, submits := said(v, v.check()); submits || !strings.Contains(text, "Not submitted.") {
			t.Errorf("%s: ctrl+g says %q and submits: %v", name, text, submits)
		}
	}
}

// -1 is what services read as random; a smaller number stays as it was typed
// and is refused. Nothing typed turns into another number.
func TestSeedsBelowZero(t *testing.T) {
	t.Parallel()
	seed := string(catalogue.RoleSeed)
	for text, want := range map[string]string{"-1": " random  [-1]  random", "-2": " random  [-2]", "-": " random  [-]", "-12": " random  [-12]", "7": " random  [7]", "r": "[random]  a number"} {
		v := shown(t, 80, 32)
		typeInto(v, seed, text)
		view := drawn(v)
		if !strings.Contains(view, "Seed        "+want) {
			t.Errorf("%q is shown as\n%s", text, view)
		}
		if n, ok := v.request().Int(catalogue.RoleSeed); ok && fmt.Sprint(n) != text {
			t.Errorf("%q is sent as %d", text, n)
		}
	}
}

// Each order draws a seed of its own unless one is kept, and the row does not
// say otherwise.
func TestARandomSeedIsNotKept(t *testing.T) {
	t.Parallel()
	v := shown(t, 80, 32)
	v.answered(studio.AnsweredMsg{Taken: true, Seed: 4711})
	view := drawn(v)
	if !strings.Contains(view, "[random]  a number") || !strings.Contains(view, "last one: 4711") || strings.Contains(view, "kept once drawn") {
		t.Errorf("after an order:\n%s", view)
	}
	if n, ok := v.request().Int(catalogue.RoleSeed); ok && n >= 0 {
		t.Errorf("the seed %d is sent again", n)
	}
}

// Of images dropped at once the ones that have no place are named, whether they
// come by a paste, by the browser, or one after the other.
func TestAnImageWithoutAPlaceIsNamed(t *testing.T) {
	t.Parallel()
	var refs *catalogue.Model
	for _, m := range shown(t, 80, 32).s.Catalogue.Now().All() {
		if f := m.Field(catalogue.RoleReferenceImages); f != nil && m.Task == "reference-to-video" {
			if _, most := f.Bounds(); most == 4 {
				refs = m
				break
			}
		}
	}
	if refs == nil {
		t.Fatal("no model takes four images")
	}
	paths := []string{"/a/1.png", "/a/2.png", "/a/3.png", "/a/4.png", "/a/fifth.png"}
	for name, add := range map[string]func(v *Screen) tea.Cmd{
		"a paste":   func(v *Screen) tea.Cmd { return v.toForm(tea.PasteMsg{Content: strings.Join(paths, " ")}) },
		"a browser": func(v *Screen) tea.Cmd { return v.AddMedia(catalogue.RoleReferenceImages, paths...) },
		"by and by": func(v *Screen) tea.Cmd {
			var cmd tea.Cmd
			for _, p := range paths {
				cmd = v.toForm(tea.PasteMsg{Content: p})
				if p != paths[4] {
					said(v, cmd)
				}
			}
			return cmd
		},
	} {
		v := shown(t, 100, 40)
		v.setModel(refs)
		v.focusOn(keyMedia)
		text := ""
		synctest.Test(t, func(*testing.T) { text, _ = said(v, add(v)) })
		view := drawn(v)
		if n := len(v.request().Media(catalogue.RoleReferenceImages)); n != 4 {
			t.Errorf("%s: %d of 4 images are taken", name, n)
		}
		if !strings.Contains(text+view, "fifth.png") {
			t.Errorf("%s: the fifth vanished, it says %q:\n%s", name, text, view)
		}
	}
}
