package field

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"seedreel/ui/safe"
)

// Option is one value of a Choice.
type Option struct {
	// Value is passed to the owner, Label is shown.
	Value string
	Label safe.String
	// Note is shown under the field while the option is chosen.
	Note safe.String
}

// Choice takes one of a few values, shown in a row if they fit.
type Choice struct {
	base
	options []Option
	at      int
}

// NewChoice returns a choice. An option with an empty value means "none".
func NewChoice(spec Spec, options ...Option) *Choice {
	f := &Choice{base: newBase(spec), options: options}
	f.self = f
	return f
}

// NewToggle returns a choice between two words, off and on; its value is
// "false" or "true".
func NewToggle(spec Spec, off, on safe.String) *Choice {
	return NewChoice(spec, Option{Value: "false", Label: off}, Option{Value: "true", Label: on})
}

// SetOptions replaces the options; the value is kept if it is still there.
func (f *Choice) SetOptions(options ...Option) {
	v := f.Value()
	f.options, f.at, f.fresh = options, 0, false
	f.SetValue(v)
}

// SetValue chooses an option and reports whether it exists.
func (f *Choice) SetValue(v string) bool {
	for i, o := range f.options {
		if o.Value == v {
			f.at, f.fresh = i, false
			return true
		}
	}
	return false
}

// SetOn chooses the second word of a toggle, or the first.
func (f *Choice) SetOn(on bool) { f.SetValue(strconv.FormatBool(on)) }

// On reports whether a toggle is on.
func (f *Choice) On() bool { return f.Value() == "true" }

// Value returns the value of the chosen option.
func (f *Choice) Value() string {
	if len(f.options) == 0 {
		return ""
	}
	return f.options[f.at].Value
}

// GetValue returns the value of the chosen option.
func (f *Choice) GetValue() any { return f.Value() }

// KeyBinds adds the keys that change the value.
func (f *Choice) KeyBinds() []key.Binding {
	change := key.NewBinding(key.WithKeys("left", "right"), key.WithHelp("left/right", "change"))
	return append([]key.Binding{change}, f.base.KeyBinds()...)
}

// Update moves between the options.
func (f *Choice) Update(msg tea.Msg) (huh.Model, tea.Cmd) { return f, f.route(msg, f.press, nil) }

func (f *Choice) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	n := len(f.options)
	if n == 0 {
		return nil, false
	}
	var to int
	switch m.String() {
	case "left", "h":
		to = max(f.at-1, 0)
	case "right", "l":
		to = min(f.at+1, n-1)
	case "space":
		to = (f.at + 1) % n
	case "home":
		to = 0
	case "end":
		to = n - 1
	case "enter":
		return f.leave(true), true
	default:
		return nil, false
	}
	return f.choose(to), true
}

// choose takes an option.
func (f *Choice) choose(to int) tea.Cmd {
	if to == f.at {
		return nil
	}
	f.at = to
	return f.changed()
}

// View renders label and options.
func (f *Choice) View() string { return f.cached(f.render) }

func (f *Choice) render() []string {
	line := f.label()
	if len(f.options) == 0 {
		return append([]string{line + f.st.Field.Placeholder.Render("nothing to choose")}, f.notes("", LabelWidth)...)
	}
	switch room := f.w - LabelWidth; {
	case f.rowWidth(roomy) <= room:
		line += f.row(roomy)
	case f.rowWidth(tight) <= room:
		line += f.row(tight)
	default:
		line += f.single()
	}
	lines := []string{line}
	if note := f.options[f.at].Note; note != "" && f.err == "" && f.hint == "" {
		lines = append(lines, strings.Repeat(" ", LabelWidth)+f.st.Text.Quiet.Render(string(note)))
	}
	return append(lines, f.notes("", LabelWidth)...)
}

// roomy and tight are the gaps between two options, each of which has a cell on
// both sides for the brackets of the chosen one: nothing moves when that changes.
const roomy, tight = 1, 0

func (f *Choice) rowWidth(gap int) int {
	w := (len(f.options) - 1) * gap
	for _, o := range f.options {
		w += o.Label.Width() + 2
	}
	return w
}

func (f *Choice) row(gap int) string {
	var b strings.Builder
	x := LabelWidth
	for i, o := range f.options {
		b.WriteString(f.slot(o.Label, i == f.at) + strings.Repeat(" ", gap))
		to := x + o.Label.Width() + 2
		f.answers(0, x, to, func() tea.Cmd { return f.choose(i) })
		x = to + gap
	}
	return strings.TrimRight(b.String(), " ")
}

// single shows only the chosen option, and how many there are.
func (f *Choice) single() string {
	arrow, value := f.st.Field.Arrow, f.st.Field.Chosen
	if f.focused {
		arrow, value = f.st.Field.ArrowFocused, f.st.Field.ChosenFocused
	}
	count := fmt.Sprintf("   %d of %d", f.at+1, len(f.options))
	label := safe.Truncate(f.options[f.at].Label, max(f.w-LabelWidth-4-len(count), 4))
	f.answers(0, LabelWidth, LabelWidth+2, func() tea.Cmd { return f.choose(max(f.at-1, 0)) })
	right := LabelWidth + 3 + label.Width()
	f.answers(0, right-1, right+1, func() tea.Cmd { return f.choose(min(f.at+1, len(f.options)-1)) })
	return arrow.Render("‹") + " " + value.Render(string(label)) + " " + arrow.Render("›") + f.st.Text.Quiet.Render(count)
}
