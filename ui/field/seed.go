package field

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"seedreel/ui/cursor"
	"seedreel/ui/safe"
)

// Seed is random, or a number.
type Seed struct {
	base
	min, max int64
	typed    string // the number as typed; empty means random
}

// NewSeed returns a seed field for numbers from least to most.
func NewSeed(spec Spec, least, most int64) *Seed {
	f := &Seed{base: newBase(spec), min: least, max: most}
	f.self = f
	return f
}

// SetValue sets a number.
func (f *Seed) SetValue(v int64) { f.typed, f.fresh = strconv.FormatInt(v, 10), false }

// SetRandom returns to a random seed.
func (f *Seed) SetRandom() { f.typed, f.fresh = "", false }

// asksRandom reports whether the number typed is the one that services read as
// random, where it is no seed itself.
func (f *Seed) asksRandom() bool { return f.typed == "-1" && f.min > -1 }

// Value returns the number; ok is false for a random seed and for an invalid
// number.
func (f *Seed) Value() (v int64, ok bool) {
	if f.asksRandom() {
		return 0, false
	}
	v, err := strconv.ParseInt(f.typed, 10, 64)
	return v, err == nil
}

// GetValue returns the number as an int64, or nil for random.
func (f *Seed) GetValue() any {
	if v, ok := f.Value(); ok {
		return v
	}
	return nil
}

// Problem returns why the seed is not accepted, or "".
func (f *Seed) Problem() safe.String {
	if f.typed == "" || f.asksRandom() {
		return ""
	}
	v, ok := f.Value()
	if !ok {
		return safe.Line("not a whole number: " + f.typed)
	}
	if v < f.min || v > f.max {
		return safe.Line(fmt.Sprintf("out of range: %d to %d", f.min, f.max))
	}
	return ""
}

// Capturing reports whether a number is being typed.
func (f *Seed) Capturing() bool { return f.focused && f.typed != "" }

// KeyBinds adds the keys that change the value.
func (f *Seed) KeyBinds() []key.Binding {
	r := key.NewBinding(key.WithKeys("r", "space"), key.WithHelp("r", "random, or type a number"))
	return append([]key.Binding{r}, f.base.KeyBinds()...)
}

// Update changes the seed.
func (f *Seed) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	return f, f.route(msg, f.press, func(text string) tea.Cmd {
		text = strings.TrimSpace(text)
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return nil
		}
		f.typed = text
		return f.changed()
	})
}

func (f *Seed) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	k := m.String()
	before := f.typed
	switch {
	case k == "enter":
		return f.leave(true), true
	case k == "space" || k == "r" || k == "delete" || k == "x":
		f.typed = ""
	case k == "backspace":
		if f.typed != "" {
			f.typed = f.typed[:len(f.typed)-1]
		}
	case k == "-" && f.typed == "":
		f.typed = k
	case len(k) == 1 && k[0] >= '0' && k[0] <= '9':
		if len(f.typed) < 19 {
			f.typed += k
		}
	default:
		return nil, false
	}
	if f.typed == before {
		return nil, true
	}
	return f.changed(), true
}

// View renders label and seed.
func (f *Seed) View() string { return f.cached(f.render) }

func (f *Seed) render() []string {
	const random, number = safe.String("random"), safe.String("a number")
	line := f.label() + f.slot(random, f.typed == "") + " "
	f.answers(0, LabelWidth, LabelWidth+random.Width()+2, func() tea.Cmd {
		if f.typed == "" {
			return nil
		}
		f.typed = ""
		return f.changed()
	})
	switch {
	case f.typed == "":
		line += f.slot(number, false)
	case f.focused: // the cursor is in the brackets
		value := f.st.Field.ChosenFocused
		line += value.Render("["+f.typed) + cursor.Mark + value.Render("]")
	default:
		line += f.slot(safe.Line(f.typed), true)
	}
	if f.asksRandom() {
		line += "  " + f.st.Field.Option.Render("random")
	}
	line = strings.TrimRight(line, " ")
	// What is there to know goes into the same line, or it would come and go below.
	if text := f.beside(); text != "" && f.err == "" && f.Problem() == "" {
		if room := f.w - safe.Width(line) - 3; text.Width() <= room {
			return []string{line + strings.Repeat(" ", 3+room-text.Width()) + f.st.Text.Quiet.Render(string(text))}
		}
	}
	return append([]string{line}, f.notes(f.Problem(), LabelWidth)...)
}

// beside returns the note of the field and its key in a line.
func (f *Seed) beside() safe.String {
	if f.hint == "" || !f.quiet {
		return ""
	}
	if f.hintKey == "" {
		return f.hint
	}
	return f.hint + ", " + f.hintKey
}
