package field

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"seedreel/ui/cursor"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// Line is a text of one line.
type Line struct {
	base
	in textinput.Model
}

// NewLine returns a one-line field.
func NewLine(spec Spec) *Line {
	f := &Line{base: newBase(spec), in: newInput()}
	f.self = f
	return f
}

// newInput returns a text input with the terminal's own cursor.
func newInput() textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false)
	return in
}

// inputView renders an input with the cursor's mark.
func inputView(in *textinput.Model, width int, st *theme.Styles) string {
	s := in.Styles()
	s.Focused.Text, s.Blurred.Text = st.Field.ValueFocused, st.Field.Value
	s.Focused.Placeholder, s.Blurred.Placeholder = st.Field.Placeholder, st.Field.Placeholder
	in.SetStyles(s)
	return cursor.Input(in, max(width, 1))
}

// Placeholder sets the text shown while the line is empty.
func (f *Line) Placeholder(s safe.String) *Line {
	f.in.Placeholder, f.fresh = string(s), false
	return f
}

// Limit rejects more than n characters while typing; 0 means no limit.
func (f *Line) Limit(n int) *Line {
	f.in.CharLimit = n
	return f
}

// SetValue replaces the text.
func (f *Line) SetValue(s string) {
	f.in.SetValue(oneLine(s))
	f.in.CursorEnd()
	f.fresh = false
}

// oneLine cleans a text for an input and keeps its visible letters.
func oneLine(s string) string {
	s = safe.Edit(s)
	out := []rune(s)
	for i, r := range out {
		if r == '\n' {
			out[i] = ' '
		}
	}
	return string(out)
}

// Value returns the text.
func (f *Line) Value() string { return f.in.Value() }

// GetValue returns the text.
func (f *Line) GetValue() any { return f.Value() }

// Capturing reports whether the field has the focus: every letter is text.
func (f *Line) Capturing() bool { return f.focused }

// Focus gives the field the focus and a cursor.
func (f *Line) Focus() tea.Cmd {
	// The input's command starts a virtual cursor, which is not used.
	_ = f.in.Focus()
	return f.base.Focus()
}

// Blur removes the focus and the cursor.
func (f *Line) Blur() tea.Cmd {
	f.in.Blur()
	return f.base.Blur()
}

// Update edits the text.
func (f *Line) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	return f, f.route(msg, f.press, func(text string) tea.Cmd {
		return f.edit(tea.PasteMsg{Content: oneLine(text)})
	})
}

func (f *Line) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	switch m.String() {
	case "up", "down":
		return nil, false
	case "enter":
		return f.leave(true), true
	}
	return f.edit(m), true
}

func (f *Line) edit(msg tea.Msg) tea.Cmd {
	before := f.in.Value()
	var cmd tea.Cmd
	f.in, cmd = f.in.Update(msg)
	f.fresh = false
	if f.in.Value() != before {
		return tea.Batch(cmd, f.changed())
	}
	return cmd
}

// View renders label and text.
func (f *Line) View() string {
	return f.cached(func() []string {
		line := f.label() + inputView(&f.in, f.w-LabelWidth, f.st)
		return append([]string{line}, f.notes("", LabelWidth)...)
	})
}
