package editor_test

import (
	"strings"
	"testing"

	"seedreel/ui/field/editor"
)

func typed(t *editor.Text, s string) {
	for _, r := range s {
		t.Insert(string(r))
	}
}

// Every step can be undone, and done again.
func TestUndoAndRedo(t *testing.T) {
	t.Parallel()
	text := editor.New()
	states := []string{""}
	step := func(do func()) {
		do()
		states = append(states, text.Value())
	}
	step(func() { typed(text, "one ") })
	step(func() { typed(text, "two") })
	step(func() { text.Insert("\n") })
	step(func() { text.Insert("a paste of words") })
	step(func() { text.Delete(editor.Left); text.Delete(editor.Left) })
	step(func() { text.Kill(editor.LineStart) })
	step(func() { text.Yank() })
	step(func() { text.Transpose() })
	step(func() { text.Go(editor.Begin, false); text.Word(strings.ToUpper) })
	step(func() { text.Go(editor.Left, true); text.Insert("x") })
	step(func() { text.SetValue("") })
	step(func() { text.SetValue("from elsewhere") })
	for i := len(states) - 2; i >= 0; i-- {
		if !text.Undo() || text.Value() != states[i] {
			t.Fatalf("step %d: undone to %q, want %q", i, text.Value(), states[i])
		}
	}
	if text.Undo() {
		t.Errorf("undone past the beginning: %q", text.Value())
	}
	for i := 1; i < len(states); i++ {
		if !text.Redo() || text.Value() != states[i] {
			t.Fatalf("step %d: done again to %q, want %q", i, text.Value(), states[i])
		}
	}
	text.Undo()
	typed(text, "new")
	if text.Redo() {
		t.Errorf("what was undone came back after something new: %q", text.Value())
	}
}

func TestWhatTheFormWasFilledWithIsNoStep(t *testing.T) {
	t.Parallel()
	text := editor.New()
	text.SetValue("from the draft")
	if text.Undo() {
		t.Errorf("undone to %q", text.Value())
	}
}

func TestUndoIsBounded(t *testing.T) {
	t.Parallel()
	text := editor.New()
	for range 1000 {
		text.Insert("\n")
	}
	n := 0
	for text.Undo() {
		n++
	}
	if n != 200 || text.Count() != 800 {
		t.Errorf("%d steps were undone to %d letters", n, text.Count())
	}
}

func TestCutTextsComeBack(t *testing.T) {
	t.Parallel()
	kill := func(moves ...editor.Move) func(*editor.Text) {
		return func(t *editor.Text) {
			for _, m := range moves {
				t.Kill(m)
			}
		}
	}
	move := func(m editor.Move) func(*editor.Text) { return func(t *editor.Text) { t.Go(m, false) } }
	yank, older := (*editor.Text).Yank, (*editor.Text).YankOlder
	for _, tt := range []struct {
		name, from string
		do         []func(*editor.Text)
		want       string
	}{
		{"one", "one two|", []func(*editor.Text){kill(editor.WordLeft), move(editor.LineStart), yank}, "two|one "},
		{"backwards in a row", "one two|", []func(*editor.Text){kill(editor.WordLeft, editor.WordLeft), yank, yank}, "one twoone two|"},
		{"onwards in a row", "|one\ntwo", []func(*editor.Text){kill(editor.LineEnd, editor.LineEnd, editor.LineEnd), yank}, "one\ntwo|"},
		{"both ways in a row", "one |two", []func(*editor.Text){kill(editor.LineEnd, editor.LineStart), yank}, "one two|"},
		{"an older one", "one two|", []func(*editor.Text){kill(editor.WordLeft), move(editor.Begin), kill(editor.LineEnd), yank, older}, "two|"},
		{"and round", "one two|", []func(*editor.Text){kill(editor.WordLeft), move(editor.Begin), kill(editor.LineEnd), yank, older, older}, "one |"},
		{"an older one of nothing brought back", "one two|", []func(*editor.Text){kill(editor.WordLeft), older}, "one |"},
		{"nothing", "one|", []func(*editor.Text){kill(editor.LineEnd), yank, older}, "one|"},
		{"a selection", "one two|", []func(*editor.Text){func(t *editor.Text) { t.Go(editor.WordLeft, true) }, kill(editor.LineStart), yank, yank}, "one twotwo|"},
		{"wide letters", "日本 語👩‍🚀|", []func(*editor.Text){kill(editor.WordLeft), move(editor.Begin), yank}, "語👩‍🚀|日本 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := at(40, tt.from)
			for _, do := range tt.do {
				do(text)
			}
			if got := marked(text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTranspose(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"ab|": "ba|", "a|b": "ba|", "|ab": "|ab", "a|": "a|", "|": "|", "x\na|b": "x\nba|", "x\n|ab": "x\n|ab", "a👩‍🚀|b": "ab👩‍🚀|",
	} {
		text := at(40, from)
		text.Transpose()
		if got := marked(text); got != want {
			t.Errorf("%q becomes %q, want %q", from, got, want)
		}
	}
}

// A new form has the text, the steps and the cut texts of the one before.
func TestInherit(t *testing.T) {
	t.Parallel()
	old := editor.New()
	typed(old, "one two")
	old.Kill(editor.WordLeft)
	text := editor.New()
	text.SetWidth(12)
	text.Inherit(old)
	text.Yank()
	if text.Value() != "one two" || !text.Undo() || !text.Undo() || text.Value() != "one two" {
		t.Errorf("it is %q", text.Value())
	}
}
