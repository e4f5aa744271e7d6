package field_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

var (
	_ field.Field = (*field.Prompt)(nil)
	_ field.Field = (*field.Line)(nil)
	_ field.Field = (*field.Choice)(nil)
	_ field.Field = (*field.Number)(nil)
	_ field.Field = (*field.Seed)(nil)
	_ field.Field = (*field.Media)(nil)
	_ field.Field = (*field.Picker)(nil)
)

func TestTabVisitsEveryFieldAndStopsAtTheEnds(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("shift+tab")
	if m, ok := h.last().(field.EdgeMsg); !ok || m.Forward {
		t.Fatalf("leaving the first field backward gave %#v", h.last())
	}
	for i, f := range h.list() {
		if !f.Focused() {
			t.Fatalf("field %d does not have the focus", i)
		}
		for j, other := range h.list() {
			if j != i && other.Focused() {
				t.Fatalf("fields %d and %d both have the focus", i, j)
			}
		}
		h.press("tab")
	}
	if m, ok := h.last().(field.EdgeMsg); !ok || !m.Forward {
		t.Fatalf("leaving the last field forward gave %#v", h.last())
	}
	if h.form.State != huh.StateNormal || !strings.Contains(h.form.View(), "Prompt") {
		t.Fatal("the form ended")
	}
	for range h.list() {
		h.press("shift+tab")
	}
	if !h.model.Focused() {
		t.Fatal("shift+tab did not come back to the first field")
	}
}

func TestArrowsMoveBetweenFieldsWithoutUseForThem(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("down") // into the prompt, cursor on its last row
	if !h.prompt.Focused() {
		t.Fatal("down did not leave the picker")
	}
	h.press("up", "up")
	if !h.model.Focused() {
		t.Fatal("up in the first row did not leave the prompt")
	}
	h.press("down", "down", "down")
	if !h.images.Focused() {
		t.Fatal("down in the last row did not leave the prompt")
	}
	h.press("down")
	if !h.images.Focused() {
		t.Fatal("down left the images although they have a second row")
	}
	h.press("down")
	if !h.length.Focused() {
		t.Fatal("down did not leave the images behind their last row")
	}
}

func TestOnlyTheFocusedFieldReactsToKeys(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	before := h.prompt.Value()
	h.typed("x5")
	h.send(tea.PasteMsg{Content: "pasted"})
	if v, _ := h.length.Value(); v != 5 || h.prompt.Value() != before || len(h.images.Items()) != 1 {
		t.Fatal("a field without focus took keys")
	}
}

func TestPromptEdits(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("tab")
	h.prompt.SetValue("")
	h.typed("one")
	h.press("enter")
	h.typed("two")
	h.press("ctrl+j")
	h.typed("three")
	if got := h.prompt.Value(); got != "one\ntwo\nthree" {
		t.Fatalf("typed %q", got)
	}
	if !h.prompt.Focused() {
		t.Fatal("enter left the prompt")
	}
	if m, ok := h.last().(field.ChangedMsg); !ok || m.Key != "prompt" {
		t.Fatalf("typing gave %#v", h.last())
	}
	n := len(h.msgs)
	h.press("left", "up", "ctrl+g", "ctrl+n", "ctrl+o")
	if len(h.msgs) != n || h.prompt.Value() != "one\ntwo\nthree" {
		t.Fatal("keys of the program changed the prompt")
	}
}

func TestPromptCountsAndNeverCuts(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("tab")
	h.prompt.SetLimit(10, 5)
	h.prompt.SetValue("12345678é")
	if !strings.Contains(plain(h.prompt.View()), "9 / 10") || h.prompt.Over() {
		t.Fatalf("the counter is wrong:\n%s", plain(h.prompt.View()))
	}
	h.typed("abc")
	view := h.prompt.View()
	if !strings.Contains(plain(view), "12 / 10, 2 too many") || !h.prompt.Over() || h.prompt.Count() != 12 {
		t.Fatalf("the counter is wrong:\n%s", plain(view))
	}
	over := dark().Field.CounterOver.Render("12 / 10, 2 too many")
	if !strings.Contains(view, over) {
		t.Fatal("the counter beyond the limit does not look like an error")
	}
}

func TestPromptTakesALargePasteAtOnce(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("tab")
	h.prompt.SetValue("")
	text := strings.Repeat("A lake at dawn, mist over the water, slow push-in. ", 40) + "\n"
	text = strings.Repeat(text, 50) // 100 KB
	began := time.Now()
	h.send(tea.PasteMsg{Content: text + "\x1b]0;owned\x07\x1b[31m"})
	took := time.Since(began)
	if h.prompt.Value() != text {
		t.Fatalf("%d of %d bytes arrived", len(h.prompt.Value()), len(text))
	}
	changes := 0
	for _, m := range h.msgs {
		if _, ok := m.(field.ChangedMsg); ok {
			changes++
		}
	}
	if changes != 1 {
		t.Errorf("one paste made %d changes", changes)
	}
	// Generous, for a loaded machine under the race detector; it takes a tenth.
	if took > 4*time.Second {
		t.Errorf("the paste took %v", took)
	}
}

func TestPromptGrowsWithinItsHeights(t *testing.T) {
	t.Parallel()
	p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: dark()})
	p.WithWidth(30)
	p.SetHeights(3, 6)
	for _, tt := range []struct{ lines, want int }{{1, 3}, {5, 5}, {40, 6}} {
		p.SetValue(strings.TrimSuffix(strings.Repeat("x\n", tt.lines), "\n"))
		if got := strings.Count(p.View(), "┃"); got != tt.want {
			t.Errorf("%d lines of text show %d rows, want %d", tt.lines, got, tt.want)
		}
	}
	p.WithHeight(4)
	if got := strings.Count(p.View(), "\n") + 1; got > 4 {
		t.Errorf("%d rows where 4 were given", got)
	}
}

func TestCursorIsWhereTheTextIs(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("tab")
	h.prompt.SetValue("漢字 ab")
	h.press("left")
	clean, x, y, ok := field.Cursor(h.form.View())
	if !ok || strings.Contains(clean, "\u2060") {
		t.Fatal("no mark was found, or it was left")
	}
	line := ansi.Strip(strings.Split(clean, "\n")[y])
	if x != 8 || !strings.HasPrefix(ansi.Cut(line, x-1, x+1), "ab") {
		t.Fatalf("the cursor is at %d,%d of %q", x, y, line)
	}
	h.press("tab")
	if _, _, _, ok := field.Cursor(h.form.View()); ok {
		t.Fatal("a field without text has a cursor")
	}
}

func TestForeignLettersKeepTheBorderStraight(t *testing.T) {
	t.Parallel()
	p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: dark()})
	p.WithWidth(40)
	text := "नमस्ते का 👨‍👩‍👧 ❤️ ｶﾞ 漢字"
	p.SetValue(text)
	for _, l := range strings.Split(p.View(), "\n") {
		if g, w := ansi.StringWidth(l), ansi.StringWidthWc(l); g != w {
			t.Errorf("%q is %d or %d cells", l, g, w)
		}
	}
	if p.Value() != text {
		t.Errorf("the text was changed to %q", p.Value())
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	ranged := field.Span{Min: 2, Max: 12, Unit: "s"}
	listed := field.Span{Values: []int{10, 5}, Unit: "s"}
	optional := field.Span{Min: 4, Max: 8, Step: 2, None: "service's choice"}
	for _, tt := range []struct {
		name    string
		span    field.Span
		from    int
		keys    string
		want    int
		set     bool
		problem string
	}{
		{"right", ranged, 5, "right", 6, true, ""},
		{"stops at the end", ranged, 12, "right", 12, true, ""},
		{"stops at the start", ranged, 2, "left", 2, true, ""},
		{"digits", ranged, 5, "1 1", 11, true, ""},
		{"out of range stays", ranged, 5, "9 9", 99, true, "99 s is out of range: 2 to 12 s"},
		{"and comes back", ranged, 99, "left", 12, true, ""},
		{"backspace", ranged, 12, "backspace", 1, true, "1 s is out of range: 2 to 12 s"},
		{"home", ranged, 7, "home", 2, true, ""},
		{"next of a list", listed, 5, "right", 10, true, ""},
		{"not in the list", listed, 5, "7", 7, true, "7 s is not offered: 5 or 10 s"},
		{"from beside the list up", listed, 7, "right", 10, true, ""},
		{"from beside the list down", listed, 7, "left", 5, true, ""},
		{"steps", optional, 4, "right", 6, true, ""},
		{"between steps", optional, 4, "5", 5, true, "5 is between the steps of 2"},
		{"below the least is none", optional, 4, "left", 4, false, ""},
		{"cleared", optional, 6, "x", 6, false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := field.NewNumber(field.Spec{Key: "n", Label: "Duration", Styles: dark()}, tt.span)
			n.SetValue(tt.from)
			n.Focus()
			for _, k := range strings.Fields(tt.keys) {
				n.Update(keyPress(k))
			}
			got, set := n.Value()
			if got != tt.want || set != tt.set || string(n.Problem()) != tt.problem {
				t.Errorf("got %d, %v, %q", got, set, n.Problem())
			}
			if tt.problem != "" && !strings.Contains(plain(n.View()), tt.problem) {
				t.Errorf("the problem is not shown:\n%s", plain(n.View()))
			}
		})
	}
}

func TestSeed(t *testing.T) {
	t.Parallel()
	s := field.NewSeed(field.Spec{Key: "seed", Label: "Seed", Styles: dark()}, -1, 1000)
	s.Focus()
	if s.GetValue() != nil || !strings.Contains(plain(s.View()), "[random]") {
		t.Fatal("a new seed is not random")
	}
	for _, k := range []string{"4", "2"} {
		s.Update(keyPress(k))
	}
	if v, ok := s.Value(); !ok || v != 42 || !s.Capturing() {
		t.Fatalf("typed 42, got %d %v", v, ok)
	}
	s.Update(keyPress("9"))
	s.Update(keyPress("9"))
	if s.Problem() != "out of range: -1 to 1000" || !strings.Contains(plain(s.View()), "out of range") {
		t.Fatalf("the problem is %q", s.Problem())
	}
	s.Update(keyPress("r"))
	if _, ok := s.Value(); ok || s.Problem() != "" {
		t.Fatal("r did not go back to random")
	}
	s.Update(keyPress("-"))
	s.Update(keyPress("1"))
	if v, _ := s.Value(); v != -1 {
		t.Fatalf("typed -1, got %d", v)
	}
}

func TestChoice(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("tab", "tab", "tab", "tab")
	h.press("right", "l", "h")
	if h.ratio.Value() != "21:9" {
		t.Fatalf("chose %q", h.ratio.Value())
	}
	h.ratio.SetOptions(field.Option{Value: "1:1", Label: "1:1"}, field.Option{Value: "21:9", Label: "21:9"})
	if h.ratio.Value() != "21:9" {
		t.Fatal("new options lost the value")
	}
	if h.ratio.SetValue("7:5") || h.ratio.Value() != "21:9" {
		t.Fatal("a value that is not offered was taken")
	}
	h.press("tab", "space")
	if !h.camera.On() || h.camera.GetValue() != "true" {
		t.Fatal("space did not toggle")
	}
	narrow := field.NewChoice(field.Spec{Key: "c", Label: "Ratio", Styles: dark()},
		field.Option{Value: "a", Label: "a long first answer"}, field.Option{Value: "b", Label: "a long second answer", Note: "slower"})
	narrow.WithWidth(45)
	narrow.SetValue("b")
	if view := plain(narrow.View()); !strings.Contains(view, "‹ a long second answer ›   2 of 2") || !strings.Contains(view, "slower") {
		t.Fatalf("a narrow choice is\n%s", view)
	}
}

func TestPickerAsksItsOwner(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.press("enter")
	if m, ok := h.last().(field.OpenMsg); !ok || m.Key != "model" {
		t.Fatalf("enter gave %#v", h.last())
	}
}

func TestViewsAreCached(t *testing.T) { // not parallel: it counts allocations
	h := start(t, dark(), 64, 30)
	for _, f := range h.list() {
		f.View()
		if n := testing.AllocsPerRun(10, func() { f.View() }); n > 0 {
			t.Errorf("%s renders anew without a change: %v allocations", f.GetKey(), n)
		}
	}
	before := h.form.View()
	light := theme.New(theme.Light())
	for _, f := range h.list() {
		f.SetStyles(light)
	}
	h.send(struct{}{})
	if h.form.View() == before {
		t.Error("new styles changed nothing")
	}
}

// The drawn form reveals where a field is; the marks for that take no space.
func TestRowsAreFoundWhereTheyAreDrawn(t *testing.T) {
	t.Parallel()
	first := field.NewLine(field.Spec{Key: "a", Label: "First", Space: true})
	second := field.NewLine(field.Spec{Key: "b", Label: "Second"})
	bare := field.NewLine(field.Spec{Key: "b", Label: "Second"})
	first.SetOrdinal(1)
	second.SetOrdinal(2)
	lines, begins := field.Rows(first.View() + "\n" + second.View())
	if want := []int{1, 0, 2}; !slices.Equal(begins, want) {
		t.Errorf("rows begin at %v, want %v", begins, want)
	}
	if lines[2] != bare.View() {
		t.Errorf("the mark is left in %q", lines[2])
	}
	if safe.Width(second.View()) != safe.Width(bare.View()) {
		t.Error("the mark takes room")
	}
}

func TestNotesAreShownWholeAfterARefresh(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 48, 30)
	h.ratio.SetError("this model follows the image")
	h.model.SetHint("retiring: ctrl+n moves this to Seedance 2.0 Mini", "ctrl+n")
	field.Refresh(h.form)
	view := plain(h.form.View())
	for _, want := range []string{"            this model follows the image", "to Seedance 2.0 Mini          ctrl+n", "to Seedance 2.0 Mini"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is missing in\n%s", want, view)
		}
	}
	for _, l := range strings.Split(view, "\n") {
		if ansi.StringWidth(strings.ReplaceAll(l, "¦", "")) > 48 {
			t.Errorf("%q is too wide", l)
		}
	}
	h.ratio.SetError("")
	field.Resize(h.form, 90, 30)
	if view = plain(h.form.View()); strings.Contains(view, "follows the image\n") || !strings.Contains(view, "Seedance 2.0 Mini") {
		t.Errorf("after widening\n%s", view)
	}
}

func BenchmarkFormKey(b *testing.B) {
	f := newFields(dark())
	var all []huh.Field
	for _, x := range f.list() {
		all = append(all, x)
	}
	form := huh.NewForm(huh.NewGroup(all...)).WithTheme(dark().Huh()).WithShowHelp(false).WithShowErrors(false).WithWidth(64).WithHeight(30)
	form.Init()
	f.prompt.SetValue(strings.Repeat("A lake at dawn, mist over it. ", 133))
	field.Route(form, keyPress("tab"))
	k := keyPress("x")
	for b.Loop() {
		field.Route(form, k)
		form.View()
	}
}

func BenchmarkPromptKey(b *testing.B) {
	p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: dark()})
	p.WithWidth(64)
	p.SetValue(strings.Repeat("A lake at dawn, mist over it. ", 133))
	p.Focus()
	k := keyPress("x")
	for b.Loop() {
		p.Update(k)
		p.View()
	}
}

func TestKeysTypedAheadGoToTheFieldTheyAreMeantFor(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	var late []tea.Cmd
	for _, k := range []string{"tab", "o", "n", "tab", "tab", "right", "shift+tab"} {
		late = append(late, field.Route(h.form, keyPress(k)))
	}
	v, _ := h.length.Value()
	if !strings.HasSuffix(h.prompt.Value(), "on") || v != 6 || !h.images.Focused() {
		t.Fatalf("keys went astray: %q, %d, images focused: %v", h.prompt.Value(), v, h.images.Focused())
	}
	for _, cmd := range late {
		h.run(cmd)
	}
	if !h.images.Focused() || h.length.Focused() {
		t.Fatal("a command carried out a move a second time")
	}
}

// Advice that its key would cut short has the key below it.
func TestAdviceIsNotCutForItsKey(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 62, 30)
	h.prompt.SetHint("“--ar 16:9” may be read as a command that overrides the form (1 of 3)", "alt+. moves it into the form")
	field.Refresh(h.form)
	view := plain(h.form.View())
	for _, want := range []string{"as a command that", "(1 of 3)", "alt+. moves it into the form\n"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is missing in\n%s", want, view)
		}
	}
}
