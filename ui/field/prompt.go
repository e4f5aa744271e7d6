package field

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/cursor"
	"seedreel/ui/field/editor"
	"seedreel/ui/safe"
)

// Prompt is a text of several lines with a counter.
type Prompt struct {
	base
	text        *editor.Text
	placeholder safe.String
	limit       int
	soft        int
	count       int
	min         int
	max         int
	cap         int
	// least and most are min and max as limited by the available height.
	least, most int
}

// NewPrompt returns a prompt field that grows from 4 to 10 lines.
func NewPrompt(spec Spec) *Prompt {
	f := &Prompt{base: newBase(spec), text: editor.New(), min: 4, max: 10}
	f.self = f
	f.resize()
	return f
}

// Placeholder sets the text shown while the prompt is empty.
func (f *Prompt) Placeholder(s safe.String) *Prompt {
	f.placeholder, f.fresh = s, false
	return f
}

// SetLimit sets how many characters the service takes and above how many it
// advises against more; 0 means no limit. More can be typed, and the counter
// shows it: cutting a text silently would lose it.
func (f *Prompt) SetLimit(limit, soft int) {
	if limit != f.limit || soft != f.soft {
		f.limit, f.soft, f.fresh = limit, soft, false
	}
}

// SetHeights sets the least and greatest number of lines of text shown.
func (f *Prompt) SetHeights(least, most int) {
	f.min, f.max, f.cap = max(least, 1), max(most, least, 1), 0
	f.resize()
}

// SetLeast sets the least number of lines of text shown, within the height that
// the form gives.
func (f *Prompt) SetLeast(least int) {
	if least = max(least, 1); least != f.min {
		f.min = least
		f.resize()
	}
}

// SetValue replaces the text; the cursor goes to its end.
func (f *Prompt) SetValue(text string) {
	f.text.SetValue(safe.Edit(text))
	f.recount()
}

// Inherit takes over the text, what can be undone and what was cut from the
// prompt that this one replaces.
func (f *Prompt) Inherit(old *Prompt) {
	f.text.Inherit(old.text)
	f.recount()
}

// Steps returns what can be undone and done again, bounded to that many bytes
// of text.
func (f *Prompt) Steps(most int) editor.Steps { return f.text.Steps(most) }

// SetSteps sets what can be undone and done again.
func (f *Prompt) SetSteps(s editor.Steps) {
	clean := func(list []editor.Step) {
		for i := range list {
			list[i].Text = safe.Edit(list[i].Text)
		}
	}
	clean(s.Past)
	clean(s.Future)
	f.text.SetSteps(s)
}

// Selected returns the selected text, "" for none.
func (f *Prompt) Selected() string { return f.text.Selected() }

// Left returns the letter before the cursor, "" at the start of a line.
func (f *Prompt) Left() string { return f.text.Left() }

// Undo takes back the last change and reports whether there was one.
func (f *Prompt) Undo() bool {
	defer f.recount()
	return f.text.Undo()
}

// Redo makes the change again that was taken back last and reports whether
// there was one.
func (f *Prompt) Redo() bool {
	defer f.recount()
	return f.text.Redo()
}

// Value returns the text.
func (f *Prompt) Value() string { return f.text.Value() }

// Insert inserts a text at the cursor. It is cleaned together with the letter
// before it: a mark typed on its own belongs to that letter.
func (f *Prompt) Insert(text string) {
	left := f.text.Left()
	rest, ok := strings.CutPrefix(safe.Edit(left+text), left)
	if !ok {
		rest = safe.Edit(text)
	}
	f.text.Insert(rest)
	f.recount()
}

// GetValue returns the text.
func (f *Prompt) GetValue() any { return f.Value() }

// Count returns the number of characters.
func (f *Prompt) Count() int { return f.count }

// Over reports whether the text is longer than the limit.
func (f *Prompt) Over() bool { return f.limit > 0 && f.count > f.limit }

// Capturing reports whether the field has the focus: every letter is text.
func (f *Prompt) Capturing() bool { return f.focused }

// WithWidth sets the width in cells. A form sets the width first, so this
// restores the height that WithHeight reduced.
func (f *Prompt) WithWidth(w int) huh.Field {
	f.base.WithWidth(w)
	f.cap = 0
	f.resize()
	return f
}

// WithHeight keeps the whole field, including the label row, within h lines:
// the form gives no more, and the cursor must stay visible.
func (f *Prompt) WithHeight(h int) huh.Field {
	extra := 1 + len(f.notes("", 0))
	if f.spec.Space {
		extra++
	}
	f.cap = max(h-extra, 1)
	f.resize()
	return f
}

func (f *Prompt) resize() {
	top := f.max
	if f.cap > 0 {
		top = min(top, f.cap)
	}
	f.least, f.most = min(f.min, top), top
	f.text.SetWidth(f.w - 2)
	f.fresh = false
}

func (f *Prompt) recount() { f.count, f.fresh = f.text.Count(), false }

// Update edits the text.
func (f *Prompt) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	return f, f.route(msg, f.press, func(text string) tea.Cmd {
		f.Insert(text)
		return f.changed()
	})
}

func (f *Prompt) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	if m.Text != "" && !m.Mod.Contains(tea.ModAlt) && !m.Mod.Contains(tea.ModCtrl) {
		f.Insert(m.Text)
		return f.changed(), true
	}
	if key.Matches(m, f.Keys.Up) && f.text.Top() || key.Matches(m, f.Keys.Down) && f.text.Bottom() {
		return nil, false
	}
	name := m.Keystroke()
	if move, selecting, ok := promptMove(name); ok {
		f.text.Go(move, selecting)
		f.fresh = false
		return nil, true
	}
	edit := promptEdit(name)
	if edit == nil {
		return nil, true
	}
	edit(f.text)
	f.recount()
	return f.changed(), true
}

// View renders label, counter and text.
func (f *Prompt) View() string { return f.cached(f.render) }

func (f *Prompt) render() []string {
	counter := f.counter()
	head := f.label()
	head += strings.Repeat(" ", max(f.w-LabelWidth-ansi.StringWidth(counter), 1)) + counter
	gutter := f.st.Field.Gutter
	if f.focused {
		gutter = f.st.Field.GutterFocused
	}
	bar := gutter.Render("┃") + " "
	lines := []string{head}
	for _, l := range f.body() {
		lines = append(lines, bar+l)
	}
	return append(lines, f.notes("", 0)...)
}

// body returns the visible rows, with the cursor's mark.
func (f *Prompt) body() []string {
	height := min(max(f.text.Rows(), f.least), f.most)
	f.text.SetHeight(height)
	rows, x, y := f.text.View()
	out := make([]string, 0, height)
	if f.count == 0 {
		for _, l := range safe.Wrap(f.placeholder.Block(), max(f.w-2, 4)) {
			out = append(out, f.st.Field.Placeholder.Render(string(l)))
		}
		out = out[:min(len(out), height)]
	} else {
		for _, r := range rows {
			out = append(out, f.row(r))
		}
	}
	for len(out) < height {
		out = append(out, "")
	}
	if f.focused {
		out[y] = cursor.Insert(out[y], x)
	}
	return out
}

// row colours one row of the text.
func (f *Prompt) row(r editor.Row) string {
	style := f.st.Field.Value
	if f.focused {
		style = f.st.Field.ValueFocused
	}
	if r.Selected == "" {
		r.Before, r.After = strings.TrimRight(r.Before+r.After, " "), ""
	}
	paint := func(s string, style lipgloss.Style) string {
		if s == "" {
			return ""
		}
		return style.Render(s)
	}
	return paint(r.Before, style) + paint(r.Selected, style.Reverse(true)) + paint(r.After, style)
}

func (f *Prompt) counter() string {
	if f.limit <= 0 && f.count == 0 {
		return ""
	}
	text := fmt.Sprintf("%d", f.count)
	if f.limit > 0 {
		text = fmt.Sprintf("%d / %d", f.count, f.limit)
	}
	switch {
	case f.Over():
		return f.st.Field.CounterOver.Render(fmt.Sprintf("%s, %d too many", text, f.count-f.limit))
	case f.soft > 0 && f.count > f.soft:
		return f.st.Field.Hint.Render(text)
	}
	return f.st.Field.Counter.Render(text)
}
