package field

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"seedreel/ui/cursor"
	"seedreel/ui/safe"
)

// Span is the set of numbers a Number field accepts: a range with a step, or a
// list of values.
type Span struct {
	Min, Max, Step int
	Values         []int
	// Unit is shown after the number, such as "s".
	Unit safe.String
	// Bare shows no scale beside the number.
	Bare bool
	// None is shown while no number is chosen; if empty, one is always chosen.
	None safe.String
}

// Number takes a whole number with arrow keys or digits.
type Number struct {
	base
	span  Span
	value int
	set   bool
	typed string // digits typed since the field received the focus
}

// sliderWidth bounds the slider: longer ones are no easier to read.
const sliderWidth = 18

// NewNumber returns a number field that starts at the least value, or at none.
func NewNumber(spec Spec, span Span) *Number {
	f := &Number{base: newBase(spec)}
	f.self = f
	f.SetSpan(span)
	f.set = span.None == ""
	f.value = f.span.Min
	return f
}

// SetSpan changes the accepted numbers. It keeps a value outside and shows it
// as wrong, so that a change of model never silently changes a choice.
func (f *Number) SetSpan(span Span) {
	span.Values = slices.Clone(span.Values)
	slices.Sort(span.Values)
	if n := len(span.Values); n > 0 {
		span.Min, span.Max = span.Values[0], span.Values[n-1]
	}
	span.Step = max(span.Step, 1)
	f.span, f.fresh = span, false
}

// SetValue sets the number, even one outside the span.
func (f *Number) SetValue(v int) { f.value, f.set, f.typed, f.fresh = v, true, "", false }

// Clear removes the number if the span allows none.
func (f *Number) Clear() {
	if f.span.None != "" {
		f.set, f.typed, f.fresh = false, "", false
	}
}

// Value returns the number; ok is false if none is chosen.
func (f *Number) Value() (v int, ok bool) { return f.value, f.set }

// GetValue returns the number as an int, or nil for none.
func (f *Number) GetValue() any {
	if !f.set {
		return nil
	}
	return f.value
}

// Problem returns why the number is not accepted, or "".
func (f *Number) Problem() safe.String {
	if !f.set {
		return ""
	}
	s := f.span
	unit := ""
	if s.Unit != "" {
		unit = " " + string(s.Unit)
	}
	if len(s.Values) > 0 {
		if slices.Contains(s.Values, f.value) {
			return ""
		}
		return safe.Line(fmt.Sprintf("%d%s is not offered: %s%s", f.value, unit, words(s.Values), unit))
	}
	switch {
	case f.value < s.Min || f.value > s.Max:
		return safe.Line(fmt.Sprintf("%d%s is out of range: %d to %d%s", f.value, unit, s.Min, s.Max, unit))
	case (f.value-s.Min)%s.Step != 0:
		return safe.Line(fmt.Sprintf("%d%s is between the steps of %d%s", f.value, unit, s.Step, unit))
	}
	return ""
}

// words lists numbers as in a sentence: "5", "5 or 10", "4, 6 or 8".
func words(vs []int) string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = strconv.Itoa(v)
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + " or " + out[len(out)-1]
}

// Capturing reports whether digits are being typed.
func (f *Number) Capturing() bool { return f.focused && f.typed != "" }

// Blur ends typing and removes the focus.
func (f *Number) Blur() tea.Cmd {
	f.typed = ""
	return f.base.Blur()
}

// KeyBinds adds the keys that change the value.
func (f *Number) KeyBinds() []key.Binding {
	change := key.NewBinding(key.WithKeys("left", "right"), key.WithHelp("left/right", "change, or type"))
	return append([]key.Binding{change}, f.base.KeyBinds()...)
}

// Update changes the number.
func (f *Number) Update(msg tea.Msg) (huh.Model, tea.Cmd) { return f, f.route(msg, f.press, nil) }

func (f *Number) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	before, had := f.value, f.set
	k := m.String()
	switch {
	case k == "enter":
		f.typed = ""
		return f.leave(true), true
	case k == "left" || k == "h" || k == "-":
		f.step(-1)
	case k == "right" || k == "l" || k == "+" || k == "space":
		f.step(1)
	case k == "home":
		f.SetValue(f.span.Min)
	case k == "end":
		f.SetValue(f.span.Max)
	case k == "backspace":
		f.erase()
	case k == "delete" || k == "x":
		f.Clear()
	case len(k) == 1 && k[0] >= '0' && k[0] <= '9':
		f.digit(k)
	default:
		return nil, false
	}
	f.fresh = false
	if f.value == before && f.set == had {
		return nil, true
	}
	return f.changed(), true
}

// by returns a change of the number for a click.
func (f *Number) by(change func()) func() tea.Cmd {
	return func() tea.Cmd {
		before, had := f.value, f.set
		change()
		f.fresh = false
		if f.value == before && f.set == had {
			return nil
		}
		return f.changed()
	}
}

// digit appends a typed digit. Six digits are more than any span has.
func (f *Number) digit(d string) {
	if len(f.typed) >= 6 {
		return
	}
	f.typed += d
	f.parse()
}

func (f *Number) erase() {
	if f.typed == "" && f.set {
		f.typed = strconv.Itoa(f.value)
	}
	if f.typed != "" {
		f.typed = f.typed[:len(f.typed)-1]
	}
	if f.typed == "" {
		f.Clear()
		return
	}
	f.parse()
}

func (f *Number) parse() {
	if v, err := strconv.Atoi(f.typed); err == nil {
		f.value, f.set = v, true
	}
}

// step goes to the next value up or down; from outside the span it goes to the
// nearest end.
func (f *Number) step(by int) {
	f.typed = ""
	if !f.set {
		if by > 0 {
			f.SetValue(f.span.Min)
		}
		return
	}
	if by < 0 && f.value == f.span.Min {
		f.Clear()
		return
	}
	to := f.value + by*f.span.Step
	if vs := f.span.Values; len(vs) > 0 {
		i, found := slices.BinarySearch(vs, f.value)
		if !found && by > 0 {
			i--
		}
		to = vs[min(max(i+by, 0), len(vs)-1)]
	}
	f.value = min(max(to, f.span.Min), f.span.Max)
}

// View renders label, number and slider.
func (f *Number) View() string { return f.cached(f.render) }

func (f *Number) render() []string {
	arrow, value := f.st.Field.Arrow, f.st.Field.Chosen
	if f.focused {
		arrow, value = f.st.Field.ArrowFocused, f.st.Field.ChosenFocused
	}
	text, width := f.text()
	shown := value.Render(text)
	if f.focused && f.typed != "" {
		shown = value.Render(f.typed) + cursor.Mark + value.Render(strings.TrimPrefix(text, f.typed))
	}
	pad := strings.Repeat(" ", max(width-safe.Width(text), 0))
	line := f.label() + arrow.Render("‹") + " " + pad + shown + " " + arrow.Render("›")
	f.answers(0, LabelWidth, LabelWidth+2, f.by(func() { f.step(-1) }))
	end := safe.Width(line)
	f.answers(0, end-2, end, f.by(func() { f.step(1) }))
	if !f.span.Bare {
		line += "    " + f.scale(end+4, f.w-end-4)
	}
	return append([]string{line}, f.notes(f.Problem(), LabelWidth)...)
}

// text returns the number with its unit, and the greatest width of any value,
// which keeps the arrows in place.
func (f *Number) text() (string, int) {
	unit := ""
	if f.span.Unit != "" {
		unit = " " + string(f.span.Unit)
	}
	width := max(len(strconv.Itoa(f.span.Max)), len(strconv.Itoa(f.span.Min))) + safe.Width(unit)
	width = max(width, f.span.None.Width())
	if !f.set {
		return string(f.span.None), width
	}
	if f.typed != "" {
		return f.typed + unit, width
	}
	return strconv.Itoa(f.value) + unit, width
}

// scale returns the slider, or the values in a row if there are only a few. It
// begins at a cell of the field.
func (f *Number) scale(x, room int) string {
	if n := len(f.span.Values); n > 0 && n <= 6 {
		parts := make([]string, n)
		for i, v := range f.span.Values {
			label := safe.Line(strconv.Itoa(v))
			parts[i] = f.slot(label, f.set && v == f.value)
			f.answers(0, x, x+label.Width()+2, f.by(func() { f.SetValue(v) }))
			x += label.Width() + 2
		}
		return strings.TrimRight(strings.Join(parts, ""), " ")
	}
	lo, hi := strconv.Itoa(f.span.Min), strconv.Itoa(f.span.Max)
	cells := min(sliderWidth, room-len(lo)-len(hi)-2)
	if cells < 5 || f.span.Max <= f.span.Min {
		return ""
	}
	q := f.st.Text.Quiet
	x += len(lo) + 1
	f.zones = append(f.zones, zone{0, x, x + cells, func(at int) tea.Cmd { return f.by(func() { f.SetValue(f.under(at, cells)) })() }})
	return q.Render(lo) + " " + f.slider(cells) + " " + q.Render(hi)
}

// under returns the number under a cell of a slider.
func (f *Number) under(at, cells int) int {
	s := f.span
	steps := (s.Max - s.Min) / s.Step
	want := s.Min + (at*steps+(cells-1)/2)/(cells-1)*s.Step
	if i, _ := slices.BinarySearch(s.Values, want); i < len(s.Values) {
		return s.Values[i]
	}
	return want
}

func (f *Number) slider(cells int) string {
	s := f.st.Field
	if !f.set || f.value < f.span.Min || f.value > f.span.Max {
		return s.SliderRest.Render(strings.Repeat("━", cells))
	}
	at := (f.value - f.span.Min) * (cells - 1) / (f.span.Max - f.span.Min)
	knob := s.Knob
	if f.focused {
		knob = s.KnobFocused
	}
	return s.SliderFill.Render(strings.Repeat("━", at)) + knob.Render("●") +
		s.SliderRest.Render(strings.Repeat("━", cells-1-at))
}
