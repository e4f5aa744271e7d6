package compose

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/prompting"
	"seedreel/state/library"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
)

// wordy returns the form with rules, a library and a history.
func wordy(t *testing.T) *Screen {
	t.Helper()
	v := shown(t, 80, 40)
	rules, err := prompting.Load(assets.PromptRules())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	v.s.Rules, v.s.Paths = rules, settings.Paths{Config: dir}
	now := time.Now()
	v.s.Dialogs = dialog.NewStack(func() time.Time { // every key comes long after the dialog
		now = now.Add(time.Minute)
		return now
	})
	v.s.Store, err = store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "x.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.s.Store.Close() })
	return v
}

// run gives the form the messages of a command, and of those that follow.
func run(v *Screen, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			run(v, c)
		}
	case libraryReadMsg, wordsKeptMsg:
		run(v, v.Update(msg))
	}
}

func press(name string) tea.KeyPressMsg {
	return keys.New("", "", []string{name}, "", "").Presses()[0]
}

func TestAKeyFollowsTheAdvice(t *testing.T) {
	t.Parallel()
	v := wordy(t)
	v.SetPrompt("A fox runs, no cars --dur 8")
	if got := v.form.prompt.View(); !strings.Contains(got, "--dur 8") || !strings.Contains(got, "(1 of 2)") || !strings.Contains(got, "alt+. moves it into the form") {
		t.Fatalf("the advice is\n%s", got)
	}
	v.Update(press("alt+."))
	if p, n := v.draft.Values.Text(catalogue.RolePrompt), v.draft.Values[catalogue.RoleDuration]; p != "A fox runs, no cars" || n.String() != "8" || v.form.prompt.Value() != p {
		t.Errorf("the form has %q, %s", p, n)
	}
	v.Update(press("alt+."))
	if p := v.draft.Values.Text(catalogue.RolePrompt); p != "A fox runs" || len(v.advice) > 0 {
		t.Errorf("the form has %q, %v", p, v.advice)
	}
	// What the keys did to the words is undone as what was typed is.
	v.Update(press("ctrl+_"))
	if p := v.draft.Values.Text(catalogue.RolePrompt); p != "A fox runs, no cars" {
		t.Errorf("undone to %q", p)
	}
	if len(v.errs) > 0 {
		t.Errorf("advice keeps it from being sent: %v", v.errs)
	}
}

func TestUndoSurvivesARestart(t *testing.T) {
	t.Parallel()
	v := wordy(t)
	for _, text := range []string{"one", "one two", "one two three"} {
		v.SetPrompt(text)
	}
	v.Update(press("ctrl+_"))
	b, err := json.Marshal(v.stored())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), `"undo"`) || v.draft.Undo != nil {
		t.Errorf("stored is %s", b)
	}
	w := New(v.s, b)
	w.SetSize(80, 40)
	w.Init()
	if got := w.form.prompt.Value(); got != "one two" {
		t.Fatalf("after the restart it is %q", got)
	}
	w.Update(press("ctrl+^"))
	if got := w.draft.Values.Text(catalogue.RolePrompt); got != "one two three" {
		t.Errorf("redone to %q", got)
	}
	w.Update(press("ctrl+_"))
	w.Update(press("ctrl+_"))
	if got := w.draft.Values.Text(catalogue.RolePrompt); got != "one" {
		t.Errorf("undone to %q", got)
	}
	long := strings.Repeat("x", keptUndo/3)
	for _, end := range []string{"1", "2", "3", "4", "5"} {
		w.SetPrompt(long + end)
	}
	if b, err = json.Marshal(w.stored()); err != nil || len(b) > 2*keptUndo {
		t.Errorf("stored are %d bytes (%v)", len(b), err)
	}
}

func TestEarlierPromptsComeBackAsInAShell(t *testing.T) {
	t.Parallel()
	v := wordy(t)
	v.SetPrompt("typed")
	v.at, v.past = 0, nil
	v.Update(promptsReadMsg{list: []string{"typed", "newest {x}", "older"}})
	for _, step := range []struct{ key, want string }{
		{"alt+up", "older"}, {"alt+up", "older"}, {"alt+down", "newest {{x}}"}, {"alt+down", "typed"}, {"alt+down", "typed"},
	} {
		if step.key == "alt+up" && v.at == 0 {
			t.Fatal("nothing was brought back")
		}
		v.Update(press(step.key))
		if got := v.form.prompt.Value(); got != step.want {
			t.Errorf("%s brings %q, want %q", step.key, got, step.want)
		}
	}
	v.Update(promptsReadMsg{list: []string{"newest"}})
	v.SetPrompt("changed")
	v.Update(promptsReadMsg{list: []string{"newest"}})
	v.earlier(-1)
	if v.Update(promptsReadMsg{err: errors.New("locked")}); v.form.prompt.Value() == "" {
		t.Error("an error emptied the prompt")
	}
}

func TestATemplateIsFilledSlotBySlot(t *testing.T) {
	t.Parallel()
	v := wordy(t)
	v.SetPrompt("At night")
	e := library.Entry{Name: "portrait", Kind: library.Template, Text: "{{who}} looks up, {{light}}", Slots: map[string]string{"who": "Anna"}}
	v.choose(e)
	top := func(key string) {
		t.Helper()
		v.s.Dialogs.Update(press(key))
	}
	top("enter")
	if !v.s.Dialogs.Has(dialogSlot) || v.form.prompt.Value() != "At night" {
		t.Fatal("an empty slot was taken")
	}
	for _, word := range []string{"Ben", "{dusk|dawn}"} {
		v.s.Dialogs.Update(tea.PasteMsg{Content: word})
		top("enter")
	}
	if got := v.draft.Values.Text(catalogue.RolePrompt); got != "At night Ben looks up, {dusk|dawn}" {
		t.Errorf("the prompt is %q", got)
	}
	v.choose(library.Entry{Name: "lamp", Kind: library.Fragment, Text: "one lamp"})
	if got := v.draft.Values.Text(catalogue.RolePrompt); !strings.HasSuffix(got, "} one lamp") {
		t.Errorf("the prompt is %q", got)
	}
}

func TestWordsAreKeptFromTheForm(t *testing.T) {
	t.Parallel()
	v := wordy(t)
	v.SetPrompt("A {{thing}} at {dawn|dusk}")
	run(v, v.keepWords())
	if !v.s.Dialogs.Has(dialogKeep) {
		t.Fatal("no name was asked for")
	}
	run(v, v.s.Dialogs.Update(press("enter")))
	if _, err := os.Stat(v.s.Paths.WordsFile()); err == nil {
		t.Error("words were kept without a name")
	}
	v.s.Dialogs.Update(tea.PasteMsg{Content: "thing at a time"})
	run(v, v.s.Dialogs.Update(press("enter")))
	lib, err := library.Load(v.s.Paths.WordsFile(), assets.Library())
	if err != nil {
		t.Fatal(err)
	}
	e, err := lib.Find("thing at a time")
	if err != nil || e.Kind != library.Template || e.Text != "A {{thing}} at {dawn|dusk}" || e.Shipped {
		t.Errorf("kept is %+v (%v)", e, err)
	}
}
