package dialog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"seedreel/ui/cursor"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
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

// told collects the actions of answers.
type told []string

// note returns an action that records a word.
func (t *told) note(word string) dialog.Action {
	return func() tea.Cmd {
		*t = append(*t, word)
		return nil
	}
}

// take returns the command for a text or a row.
func (t *told) take(word string) tea.Cmd { return t.note("took " + word)() }

// last returns the last recorded word, "" if there is none.
func (t *told) last() string {
	if len(*t) == 0 {
		return ""
	}
	return (*t)[len(*t)-1]
}

// answer sends a dialog a key and runs the action; it reports whether the
// dialog ended.
func answer(d dialog.Dialog, key string) bool {
	a, _ := d.Update(press(key))
	if a == nil {
		return false
	}
	a()
	return true
}

func question(t *told) *dialog.Choice {
	return &dialog.Choice{
		Name: "submit", Title: "Submit 24 jobs for $4.32?",
		Body: "24 x $0.18, list price. Balance $12.34, after this $8.02.\nYour limit for a day is $10.00; today so far $0.42.",
		Options: []dialog.Option{
			{Label: "No, back to the form", Do: t.note("no")},
			{Label: "Yes, submit 24", Do: t.note("yes")},
		},
		Left: t.note("left"),
	}
}

func models(t *told) *dialog.Pick {
	return dialog.NewPick("model", "Model", []dialog.Row{
		{ID: "a", Columns: []safe.String{"Image to video", "Lite 480p", "WaveSpeedAI"}, Note: "from $0.08", Do: t.note("took a")},
		{ID: "b", Columns: []safe.String{"Text to video", "Lite 480p", "WaveSpeedAI"}, Words: "t2v", Do: t.note("took b")},
		{ID: "c", Columns: []safe.String{"Text to video", "Pro 1080p", "AI/ML API"}, Why: "no key for the AI/ML API"},
	}, "b")
}

func TestGolden(t *testing.T) {
	t.Parallel()
	text := dialog.NewText("log", "Messages", safe.Block(strings.Repeat("A line of the log that is long enough to wrap on a small screen.\n", 30)))
	dialogs := map[string]func() dialog.Dialog{
		"choice": func() dialog.Dialog { return question(new(told)) },
		"input":  func() dialog.Dialog { return dialog.NewInput("key", "API key", "Kept in the keyring.", "abc", nil) },
		"secret": func() dialog.Dialog { return dialog.NewInput("key", "API key", "", "abc", nil).Secret() },
		"pick":   func() dialog.Dialog { return models(new(told)) },
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
			question(new(told)), models(new(told)), dialog.NewInput("i", "Title", "Body", "", nil),
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
		want string
	}{
		{"enter", "no"},
		{"right enter", "yes"},
		{"tab tab enter", "no"},
		{"y", "yes"},
		{"n", "left"},
		{"right n", "left"},
		{"right esc", "left"},
		{"q", "left"},
	} {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		s := dialog.NewStack(func() time.Time { return now })
		got := new(told)
		s.Push(question(got))
		now = now.Add(time.Second)
		for _, k := range strings.Fields(tt.keys) {
			s.Update(press(k))
		}
		if got.last() != tt.want || len(*got) > 1 {
			t.Errorf("%s gave %q, want %q", tt.keys, *got, tt.want)
		}
		if s.Empty() != (tt.want != "") {
			t.Errorf("%s: the dialog is open: %v", tt.keys, !s.Empty())
		}
	}
}

// A y typed before the question can have been read, or in the flow of other
// letters, is none; a no is one at any time.
func TestALetterTypedAheadIsNoYes(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	type typed struct {
		after time.Duration
		key   string
	}
	for name, tt := range map[string]struct {
		keys []typed
		want string
	}{
		"at once":            {[]typed{{0, "y"}}, ""},
		"too soon":           {[]typed{{299 * ms, "y"}}, ""},
		"soon again":         {[]typed{{299 * ms, "y"}, {299 * ms, "y"}}, ""},
		"after a glance":     {[]typed{{300 * ms, "y"}}, "yes"},
		"the end of a word":  {[]typed{{200 * ms, "s"}, {200 * ms, "k"}, {200 * ms, "y"}}, ""},
		"a slow typist":      {[]typed{{800 * ms, "s"}, {800 * ms, "k"}, {800 * ms, "y"}}, ""},
		"after a pause":      {[]typed{{200 * ms, "k"}, {time.Second, "y"}}, "yes"},
		"no, typed ahead":    {[]typed{{0, "n"}}, "left"},
		"an arrow, no delay": {[]typed{{300 * ms, "right"}, {0, "enter"}}, "yes"},
	} {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		s := dialog.NewStack(func() time.Time { return now })
		got := new(told)
		c := question(got)
		c.Deliberate = true
		s.Push(c)
		for _, k := range tt.keys {
			now = now.Add(k.after)
			s.Update(press(k.key))
		}
		if got.last() != tt.want {
			t.Errorf("%s gave %q, want %q", name, *got, tt.want)
		}
	}
}

// An answer with a key of its own shows it; y is the first of the others.
func TestAnswersHaveKeys(t *testing.T) {
	t.Parallel()
	got := new(told)
	c := &dialog.Choice{Name: "x", Title: "Is it this one?", Left: got.note("left"), Options: []dialog.Option{
		{Label: "I do not know"},
		{Label: "Yes", Do: got.note("yes")},
		{Label: "No, another one", Do: got.note("another"), Key: "n"},
		{Label: "Yes, and more", Do: got.note("more"), Key: "b"},
	}}
	if view := strings.Join(strings.Fields(ansi.Strip(c.View(80, 24, theme.New(theme.Dark())))), " "); !strings.Contains(view, "No, another one n") || !strings.Contains(view, "Yes, and more b") {
		t.Errorf("the keys are missing:\n%s", view)
	}
	for k, want := range map[string]string{"y": "yes", "n": "another", "b": "more", "esc": "left"} {
		if !answer(c, k) || got.last() != want {
			t.Errorf("%s gave %q, want %q", k, *got, want)
		}
	}
	alone := &dialog.Choice{Name: "x", Options: []dialog.Option{{Label: "No", Do: got.note("no")}}}
	if answer(alone, "y") || len(alone.Hints()) == 0 || alone.Hints()[0].Name == "yes" {
		t.Errorf("y answers a question that has no yes: %q", *got)
	}
}

func TestRefusedOptionSaysWhy(t *testing.T) {
	t.Parallel()
	c := question(new(told))
	c.Options[1].Why = "the balance is too low"
	c.Options[1].Key = "y"
	for _, k := range []string{"right", "enter", "y"} {
		if answer(c, k) {
			t.Fatalf("%s took it", k)
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
	s.PushUnasked(question(new(told)))
	try := func(after time.Duration) bool {
		now = now.Add(after)
		s.Update(press("enter"))
		return s.Empty()
	}
	if try(0) || try(400*time.Millisecond) || try(424*time.Millisecond) {
		t.Fatal("a key of somebody who was typing answered the question")
	}
	if !try(425 * time.Millisecond) {
		t.Fatal("a key after a quiet moment was ignored")
	}
	s.PushUnasked(question(new(told)))
	for range 7 {
		try(200 * time.Millisecond)
	}
	if s.Empty() {
		t.Fatal("typing answered the question")
	}
	if !try(200 * time.Millisecond) {
		t.Fatal("the dialog is deaf for more than its patience")
	}
	s.Push(question(new(told)))
	if !try(0) {
		t.Fatal("a dialog that was asked for ignored a key")
	}
}

func TestOnlyTheFrontGetsKeys(t *testing.T) {
	t.Parallel()
	s := dialog.NewStack(time.Now)
	got := new(told)
	below := dialog.NewInput("below", "Below", "", "", got.take)
	s.Push(below)
	s.Push(question(got))
	s.Update(press("x"))
	if s.Update(press("enter")); got.last() != "no" || !s.Has("below") || s.Front().ID() != "below" {
		t.Fatalf("the front is %v after %q", s.Front(), *got)
	}
	if s.Update(press("enter")); got.last() != "took " {
		t.Fatalf("keys went through: %q", *got)
	}
}

func TestInput(t *testing.T) {
	t.Parallel()
	got := new(told)
	in := dialog.NewInput("name", "Name", "", "", got.take).Left(got.note("left")).Check(func(s string) string {
		if len(s) < 3 {
			return "at least 3 letters"
		}
		return ""
	})
	in.Update(tea.PasteMsg{Content: "a\nb\x1b]0;x\x07"})
	in.Update(press("backspace"))
	if answer(in, "enter") {
		t.Fatalf("a refused text was entered: %q", *got)
	}
	if view := in.View(80, 24, theme.New(theme.Dark())); !strings.Contains(view, "at least 3 letters") {
		t.Fatal("no reason is shown")
	}
	in.Update(press("c"))
	if answer(in, "enter"); got.last() != "took a c" {
		t.Fatalf("entered %q", *got)
	}
	if answer(in, "esc"); got.last() != "left" {
		t.Fatalf("esc gave %q", *got)
	}
	secret := dialog.NewInput("k", "Key", "", "topsecret", nil).Secret().View(80, 24, theme.New(theme.Dark()))
	if strings.Contains(ansi.Strip(secret), "topsecret") || !strings.Contains(secret, "•••••••••") {
		t.Fatal("a secret is shown")
	}
}

func TestTextScrolls(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	got := new(told)
	copies := keys.New("copy", "", []string{"y"}, "y", "copy")
	v := dialog.NewText("t", "Text", safe.Block(b.String())).Extra(keys.Map{copies}, func(k tea.KeyPressMsg) tea.Cmd { return got.take(k.String()) })
	shown := func() string { return ansi.Strip(v.View(80, 24, st)) }
	if s := shown(); !strings.Contains(s, "line 0 ") || !strings.Contains(s, "1-20 of 101") {
		t.Fatalf("at first\n%s", s)
	}
	v.Update(press("pgdown"))
	if s := shown(); !strings.Contains(s, "line 19 ") || strings.Contains(s, "line 18 ") {
		t.Fatalf("a page on\n%s", s)
	}
	v.Update(press("end"))
	if s := shown(); !strings.Contains(s, "line 99 ") {
		t.Fatalf("at the end\n%s", s)
	}
	if answer(v, "y"); got.last() != "took y" || v.Hints()[0].Name != "copy" {
		t.Fatalf("y gave %q", *got)
	}
	if !answer(v, "q") || len(*got) != 1 {
		t.Fatalf("q gave %q", *got)
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

// Continuing to type while a question about money opens must not move to its
// yes.
func TestADeliberateChoiceTakesNoOtherLetters(t *testing.T) {
	t.Parallel()
	got := new(told)
	c := &dialog.Choice{
		Name: "pay", Deliberate: true, Left: got.note("left"),
		Options: []dialog.Option{{Label: "No", Do: got.note("no")}, {Label: "Yes", Do: got.note("yes")}},
	}
	for _, k := range []string{"l", "j", "q"} {
		if answer(c, k) {
			t.Errorf("%q answered with %q", k, *got)
		}
	}
	if answer(c, "enter"); got.last() != "no" {
		t.Errorf("enter after letters gave %q, want no", *got)
	}
	c.Update(press("right"))
	if answer(c, "enter"); got.last() != "yes" {
		t.Errorf("right and enter gave %q, want yes", *got)
	}
	if answer(c, "n"); got.last() != "left" {
		t.Errorf("n on yes gave %q, and must never be a yes", *got)
	}
}

// The action of an answer may open a dialog of the same name: the answered one
// is closed first.
func TestWhatFollowsMayOpenTheNext(t *testing.T) {
	t.Parallel()
	s := dialog.NewStack(time.Now)
	next := question(new(told))
	first := question(new(told))
	first.Options[0].Do = func() tea.Cmd {
		if !s.Empty() {
			t.Error("the answered one is still open")
		}
		s.Push(next)
		return nil
	}
	s.Push(first)
	s.Update(press("enter"))
	if s.Front() != dialog.Dialog(next) {
		t.Errorf("in front is %v", s.Front())
	}
}
