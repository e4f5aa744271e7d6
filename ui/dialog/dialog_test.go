package dialog_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"seedreel/ui/cursor"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "pgdown": tea.KeyPgDown, "end": tea.KeyEnd, "home": tea.KeyHome, "backspace": tea.KeyBackspace,
	}
	if c, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

func question() *dialog.Choice {
	return &dialog.Choice{
		Name: "submit", Title: "Submit 24 jobs for $4.32?",
		Body: "24 x $0.18, list price. Balance $12.34, after this $8.02.\nYour limit for a day is $10.00; today so far $0.42.",
		Options: []dialog.Option{
			{ID: "no", Label: "No, back to the form"},
			{ID: "yes", Label: "Yes, submit 24"},
		},
	}
}

func models() *dialog.Pick {
	return dialog.NewPick("model", "Model", []dialog.Row{
		{ID: "a", Columns: []safe.String{"Image to video", "Lite 480p", "WaveSpeedAI"}, Note: "from $0.08"},
		{ID: "b", Columns: []safe.String{"Text to video", "Lite 480p", "WaveSpeedAI"}, Words: "t2v"},
		{ID: "c", Columns: []safe.String{"Text to video", "Pro 1080p", "AI/ML API"}, Why: "no key for the AI/ML API"},
	}, "b")
}

func TestGolden(t *testing.T) {
	t.Parallel()
	text := dialog.NewText("log", "Messages", safe.Block(strings.Repeat("A line of the log that is long enough to wrap on a small screen.\n", 30)))
	dialogs := map[string]func() dialog.Dialog{
		"choice": func() dialog.Dialog { return question() },
		"input":  func() dialog.Dialog { return dialog.NewInput("key", "API key", "Kept in the keyring.", "abc") },
		"secret": func() dialog.Dialog { return dialog.NewInput("key", "API key", "", "abc").Secret() },
		"pick":   func() dialog.Dialog { return models() },
		"text":   func() dialog.Dialog { return text },
	}
	for _, p := range []theme.Palette{theme.Dark(), theme.Light(), theme.None()} {
		st := theme.New(p)
		for name, make := range dialogs {
			for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 36}} {
				if p.Name != "dark" && size[0] != 80 {
					continue
				}
				t.Run(fmt.Sprintf("%s-%s-%d", name, p.Name, size[0]), func(t *testing.T) {
					view := make().View(size[0], size[1], st)
					golden.RequireEqual(t, strings.ReplaceAll(view, cursor.Mark, "¦"))
				})
			}
		}
	}
}

func TestDialogsFitAnyScreen(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	for _, size := range [][2]int{{1, 1}, {10, 5}, {60, 16}, {80, 24}, {300, 90}} {
		w, h := size[0], size[1]
		base := strings.TrimSuffix(strings.Repeat(strings.Repeat("漢", w/2)+strings.Repeat("x", w%2)+"\n", h), "\n")
		for _, d := range []dialog.Dialog{
			question(), models(), dialog.NewInput("i", "Title", "Body", ""),
			dialog.NewText("t", "Text", safe.Block(strings.Repeat("line\n", 200))),
		} {
			s := dialog.NewStack(time.Now)
			s.Push(d)
			lines := strings.Split(s.Over(base, w, h, st), "\n")
			if len(lines) != h {
				t.Fatalf("%s at %dx%d is %d lines", d.ID(), w, h, len(lines))
			}
			for _, l := range lines {
				if n := ansi.StringWidth(l); w >= 10 && n != w {
					t.Fatalf("%s at %dx%d: a line of %d cells: %q", d.ID(), w, h, n, ansi.Strip(l))
				}
			}
		}
	}
}

func TestChoiceTakesTheSafeAnswerByDefault(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		keys string
		want dialog.Action
	}{
		{"enter", dialog.Chosen{ID: "submit", Index: 0, Option: "no"}},
		{"right enter", dialog.Chosen{ID: "submit", Index: 1, Option: "yes"}},
		{"tab tab enter", dialog.Chosen{ID: "submit", Index: 0, Option: "no"}},
		{"y", nil},
		{"right esc", dialog.Closed{ID: "submit"}},
		{"q", dialog.Closed{ID: "submit"}},
	} {
		s := dialog.NewStack(time.Now)
		s.Push(question())
		var got dialog.Action
		for _, k := range strings.Fields(tt.keys) {
			got, _ = s.Update(press(k))
		}
		if got != tt.want {
			t.Errorf("%s gave %#v, want %#v", tt.keys, got, tt.want)
		}
		if s.Empty() != (tt.want != nil) {
			t.Errorf("%s: the dialog is open: %v", tt.keys, !s.Empty())
		}
	}
}

func TestRefusedOptionSaysWhy(t *testing.T) {
	t.Parallel()
	c := question()
	c.Options[1].Why = "the balance is too low"
	c.Options[1].Key = "y"
	for _, k := range []string{"right", "enter", "y"} {
		if act, _ := c.Update(press(k)); act != nil {
			t.Fatalf("%s gave %#v", k, act)
		}
	}
	if view := ansi.Strip(c.View(80, 24, theme.New(theme.Dark()))); !strings.Contains(view, "the balance is too low") {
		t.Errorf("no reason in\n%s", view)
	}
}

func TestUnaskedDialogWaitsForQuiet(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := dialog.NewStack(func() time.Time { return now })
	s.PushUnasked(question())
	try := func(after time.Duration) dialog.Action {
		now = now.Add(after)
		act, _ := s.Update(press("enter"))
		return act
	}
	if try(0) != nil || try(400*time.Millisecond) != nil || try(424*time.Millisecond) != nil {
		t.Fatal("a key of somebody who was typing answered the question")
	}
	if try(425*time.Millisecond) == nil {
		t.Fatal("a key after a quiet moment was ignored")
	}
	s.PushUnasked(question())
	for range 7 {
		try(200 * time.Millisecond)
	}
	if s.Empty() {
		t.Fatal("typing answered the question")
	}
	if try(200*time.Millisecond) == nil {
		t.Fatal("the dialog is deaf for more than its patience")
	}
	s.Push(question())
	if try(0) == nil {
		t.Fatal("a dialog that was asked for ignored a key")
	}
}

func TestOnlyTheFrontGetsKeys(t *testing.T) {
	t.Parallel()
	s := dialog.NewStack(time.Now)
	below := dialog.NewInput("below", "Below", "", "")
	s.Push(below)
	s.Push(question())
	s.Update(press("x"))
	if act, _ := s.Update(press("enter")); act.DialogID() != "submit" || !s.Has("below") || s.Front().ID() != "below" {
		t.Fatalf("the front is %v", s.Front())
	}
	if act, _ := s.Update(press("enter")); act != (dialog.Entered{ID: "below"}) {
		t.Fatalf("keys went through: %#v", act)
	}
}

func TestInput(t *testing.T) {
	t.Parallel()
	in := dialog.NewInput("name", "Name", "", "").Check(func(s string) string {
		if len(s) < 3 {
			return "at least 3 letters"
		}
		return ""
	})
	in.Update(tea.PasteMsg{Content: "a\nb\x1b]0;x\x07"})
	in.Update(press("backspace"))
	if act, _ := in.Update(press("enter")); act != nil {
		t.Fatalf("a refused text was entered: %#v", act)
	}
	if view := in.View(80, 24, theme.New(theme.Dark())); !strings.Contains(view, "at least 3 letters") {
		t.Fatal("no reason is shown")
	}
	in.Update(press("c"))
	if act, _ := in.Update(press("enter")); act != (dialog.Entered{ID: "name", Text: "a c"}) {
		t.Fatalf("entered %#v", act)
	}
	secret := dialog.NewInput("k", "Key", "", "topsecret").Secret().View(80, 24, theme.New(theme.Dark()))
	if strings.Contains(ansi.Strip(secret), "topsecret") || !strings.Contains(secret, "•••••••••") {
		t.Fatal("a secret is shown")
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	p := models()
	p.View(80, 24, st)
	if act, _ := p.Update(press("enter")); act != (dialog.Picked{ID: "model", Row: "b"}) {
		t.Fatalf("the first selection gave %#v", act)
	}
	for _, k := range []string{"p", "r", "o"} {
		p.Update(press(k))
	}
	view := ansi.Strip(p.View(80, 24, st))
	if strings.Contains(view, "Image to video") || !strings.Contains(view, "no key for the AI/ML API") {
		t.Fatalf("filtered by pro:\n%s", view)
	}
	if act, _ := p.Update(press("enter")); act != nil {
		t.Fatalf("a row that cannot be picked gave %#v", act)
	}
	if act, _ := p.Update(press("esc")); act != nil || !strings.Contains(ansi.Strip(p.View(80, 24, st)), "Image to video") {
		t.Fatal("esc did not clear the filter first")
	}
	for _, k := range []string{"t", "2", "v"} {
		p.Update(press(k))
	}
	if act, _ := p.Update(press("enter")); act != (dialog.Picked{ID: "model", Row: "b"}) {
		t.Fatalf("words that are not shown gave %#v", act)
	}
	p.Update(press("z"))
	if view := ansi.Strip(p.View(80, 24, st)); !strings.Contains(view, "nothing matches") {
		t.Fatalf("an empty picker is\n%s", view)
	}
	if act, _ := p.Update(press("enter")); act != nil {
		t.Fatalf("nothing was picked as %#v", act)
	}
}

func TestTextScrolls(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	v := dialog.NewText("t", "Text", safe.Block(b.String())).Extra("y")
	shown := func() string { return ansi.Strip(v.View(80, 24, st)) }
	if s := shown(); !strings.Contains(s, "line 0 ") || !strings.Contains(s, "1-18 of 101") {
		t.Fatalf("at first\n%s", s)
	}
	v.Update(press("pgdown"))
	if s := shown(); !strings.Contains(s, "line 17 ") || strings.Contains(s, "line 16 ") {
		t.Fatalf("a page on\n%s", s)
	}
	v.Update(press("end"))
	if s := shown(); !strings.Contains(s, "line 99 ") {
		t.Fatalf("at the end\n%s", s)
	}
	act, _ := v.Update(press("y"))
	if !reflect.DeepEqual(act, dialog.Pressed{ID: "t", Key: "y"}) {
		t.Fatalf("y gave %#v", act)
	}
	if act, _ := v.Update(press("q")); act != (dialog.Closed{ID: "t"}) {
		t.Fatalf("q gave %#v", act)
	}
}

func TestOverKeepsBothSides(t *testing.T) {
	t.Parallel()
	base := "\x1b[31mabcdefgh\x1b[m\n" + cursor.Mark + "12345678"
	got := dialog.OverAt(base, "XY", 3, 0)
	if ansi.Strip(got) != "abcXYfgh\n12345678" {
		t.Errorf("got %q", got)
	}
	if line := strings.Split(got, "\n")[0]; !strings.Contains(line, "\x1b[31mfgh") {
		t.Errorf("the colour is lost right of the block: %q", line)
	}
	if got := ansi.Strip(dialog.OverAt("漢字漢字", "X", 1, 0)); got != " X字漢字" {
		t.Errorf("a cut wide letter gave %q", got)
	}
}

// Typing on while a question about money opens must not answer it with yes.
func TestADeliberateChoiceTakesNoLetters(t *testing.T) {
	t.Parallel()
	c := &dialog.Choice{Name: "pay", Deliberate: true, Options: []dialog.Option{{ID: "no", Label: "No"}, {ID: "yes", Label: "Yes"}}}
	for _, k := range []string{"l", "j", "q", "y"} {
		if a, _ := c.Update(press(k)); a != nil {
			t.Errorf("%q answered with %v", k, a)
		}
	}
	a, _ := c.Update(press("enter"))
	if got, ok := a.(dialog.Chosen); !ok || got.Option != "no" {
		t.Errorf("enter after letters took %v, want no", a)
	}
	c.Update(press("right"))
	a, _ = c.Update(press("enter"))
	if got, ok := a.(dialog.Chosen); !ok || got.Option != "yes" {
		t.Errorf("right and enter took %v, want yes", a)
	}
	if a, _ = c.Update(press("n")); a != (dialog.Closed{ID: "pay"}) {
		t.Errorf("n on yes gave %v, and must never be a yes", a)
	}
}

// Headings part the groups of a picker, and what is out of sight is told.
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
