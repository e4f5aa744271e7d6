package field

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"seedreel/ui/safe"
)

// Picker shows a value that is chosen in a dialog of the owner.
type Picker struct {
	base
	value  string
	parts  []safe.String
	key    safe.String
	pinned bool
}

// NewPicker returns a picker field.
func NewPicker(spec Spec) *Picker {
	f := &Picker{base: newBase(spec)}
	f.self = f
	return f
}

// SetValue sets the value and how it is shown; the first part is the brightest.
func (f *Picker) SetValue(value string, parts ...safe.String) {
	f.value, f.parts, f.fresh = value, parts, false
}

// Pin takes the field out of what its form scrolls: the form shows an empty
// line for it, and its owner draws Head above the form, as a heading without a
// label.
func (f *Picker) Pin() *Picker {
	f.pinned = true
	return f
}

// Head returns the lines of a pinned field.
func (f *Picker) Head() []string {
	lines := f.cached(f.render)
	return strings.Split(strings.TrimSuffix(lines, "\n"), "\n")
}

// SetOpener sets the key that opens the picker from anywhere, shown at the right
// end.
func (f *Picker) SetOpener(key safe.String) *Picker {
	f.key, f.fresh = key, false
	return f
}

// Value returns the value.
func (f *Picker) Value() string { return f.value }

// GetValue returns the value.
func (f *Picker) GetValue() any { return f.value }

// KeyBinds adds the key that opens the picker.
func (f *Picker) KeyBinds() []key.Binding {
	open := key.NewBinding(key.WithKeys("enter", "space"), key.WithHelp("enter", "choose"))
	return append([]key.Binding{open}, f.base.KeyBinds()...)
}

// Update asks the owner to open the picker.
func (f *Picker) Update(msg tea.Msg) (huh.Model, tea.Cmd) { return f, f.route(msg, f.press, nil) }

func (f *Picker) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	switch m.String() {
	case "enter", "space", "right", "l":
		return f.open(), true
	}
	return nil, false
}

func (f *Picker) open() tea.Cmd {
	open := OpenMsg{Key: f.spec.Key}
	return func() tea.Msg { return open }
}

// View renders label, value and the sign for more choices, or the empty line
// of a pinned field.
func (f *Picker) View() string {
	if f.pinned {
		return ""
	}
	return f.cached(f.render)
}

func (f *Picker) render() []string {
	arrow, first := f.st.Field.Arrow, f.st.Field.Chosen
	if f.focused {
		arrow, first = f.st.Field.ArrowFocused, f.st.Field.ChosenFocused
	}
	label, indent := f.label(), LabelWidth
	if f.pinned {
		label, indent = "", 0
	}
	opener := arrow.Render("▾")
	if f.key != "" {
		opener = f.st.Text.Quiet.Render(string(f.key)) + " " + opener
	}
	room := max(f.w-indent-1-safe.Width(opener), 1)
	f.answers(0, indent, f.w, f.open)
	var b strings.Builder
	for i, p := range f.parts {
		if i == 0 {
			b.WriteString(first.Render(string(p)))
		} else {
			b.WriteString("   " + f.st.Field.Value.Render(string(p)))
		}
	}
	value := b.String()
	if len(f.parts) == 0 {
		value = f.st.Field.Placeholder.Render("press enter to choose")
	}
	line := label + safe.PadRight(safe.Truncate(value, room), room) + " " + opener
	return append([]string{line}, f.notes("", indent)...)
}
