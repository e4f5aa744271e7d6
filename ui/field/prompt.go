package field

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/cursor"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// contentRows is above every prompt: without a value the text area takes its
// visible height for a limit on how many lines may be typed.
const contentRows = 1 << 20

// unmeasured runs an edit that only adds text without that limit, because for
// it the text area would set the whole text several times over on every key.
func (f *Prompt) unmeasured(edit func()) {
	f.area.MaxContentHeight = 0
	edit()
	f.area.MaxContentHeight = contentRows
}

// Prompt is a text of several lines with a counter.
type Prompt struct {
	base
	area  textarea.Model
	limit int
	soft  int
	count int
	min   int
	max   int
	cap   int
}

// NewPrompt makes a prompt field that grows from 4 to 10 lines.
func NewPrompt(spec Spec) *Prompt {
	f := &Prompt{base: newBase(spec), area: textarea.New(), min: 4, max: 10}
	f.self = f
	a := &f.area
	a.Prompt, a.ShowLineNumbers, a.CharLimit, a.MaxWidth = "", false, 0, 0
	a.MaxContentHeight, a.DynamicHeight = contentRows, true
	a.SetVirtualCursor(false)
	a.KeyMap = promptKeys()
	f.restyle()
	f.resize()
	return f
}

// promptKeys is the text area's map without what belongs to the program
// (ctrl+g, ctrl+n and friends) and without its paste, which would read the
// clipboard of the wrong machine over SSH.
func promptKeys() textarea.KeyMap {
	m := textarea.DefaultKeyMap()
	m.InsertNewline.SetKeys("enter", "ctrl+j", "alt+enter", "shift+enter")
	m.LineNext.SetKeys("down")
	m.LinePrevious.SetKeys("up")
	m.CharacterForward.SetKeys("right")
	m.CharacterBackward.SetKeys("left")
	m.DeleteCharacterForward.SetKeys("delete")
	for _, b := range []*key.Binding{&m.Paste, &m.SelectAll, &m.CopySelection, &m.TransposeCharacterBackward} {
		b.SetEnabled(false)
	}
	return m
}

// Placeholder is shown while the prompt is empty.
func (f *Prompt) Placeholder(s safe.String) *Prompt {
	f.area.Placeholder, f.fresh = string(s), false
	return f
}

// SetLimit sets how many characters the service takes and from which on it
// advises against more; 0 is no limit. More may be typed, and the counter
// says so: cutting a text silently loses it.
func (f *Prompt) SetLimit(limit, soft int) { f.limit, f.soft, f.fresh = limit, soft, false }

// SetHeights sets the least and the most lines of text shown.
func (f *Prompt) SetHeights(least, most int) {
	f.min, f.max, f.cap = max(least, 1), max(most, least, 1), 0
	f.resize()
}

// SetValue replaces the text; the cursor goes to its end.
func (f *Prompt) SetValue(text string) {
	f.area.Reset()
	f.unmeasured(func() { f.area.InsertString(safe.Edit(text)) })
	f.recount()
}

// Value returns the text.
func (f *Prompt) Value() string { return f.area.Value() }

// Insert puts a text at the cursor.
func (f *Prompt) Insert(text string) {
	f.unmeasured(func() { f.area.InsertString(safe.Edit(text)) })
	f.recount()
}

// GetValue returns the text.
func (f *Prompt) GetValue() any { return f.Value() }

// Count is the number of characters.
func (f *Prompt) Count() int { return f.count }

// Over reports whether the text is longer than the limit.
func (f *Prompt) Over() bool { return f.limit > 0 && f.count > f.limit }

// Capturing reports true while focused: every letter is text.
func (f *Prompt) Capturing() bool { return f.focused }

// Focus gives the field the focus and a cursor.
func (f *Prompt) Focus() tea.Cmd {
	// The text area's command starts a virtual cursor, which is not used.
	_ = f.area.Focus()
	return f.base.Focus()
}

// Blur takes the focus and the cursor away.
func (f *Prompt) Blur() tea.Cmd {
	f.area.Blur()
	return f.base.Blur()
}

// SetStyles changes the look.
func (f *Prompt) SetStyles(st *theme.Styles) {
	f.base.SetStyles(st)
	f.restyle()
}

// WithWidth sets the width in cells. A form is sized width first, so what
// WithHeight took away before is given back here.
func (f *Prompt) WithWidth(w int) huh.Field {
	f.base.WithWidth(w)
	f.cap = 0
	f.resize()
	return f
}

// WithHeight keeps the whole field, label row and all, within h lines: the
// form gives no more, and the cursor must stay in sight.
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
	f.area.MinHeight, f.area.MaxHeight = min(f.min, top), top
	f.area.SetWidth(max(f.w-2, 4))
	f.fresh = false
}

// restyle leaves the text area without colours: it renders every line of the
// text on every key, and only the few in sight need to be coloured.
func (f *Prompt) restyle() {
	s := f.area.Styles()
	plain := lipgloss.NewStyle()
	for _, state := range []*textarea.StyleState{&s.Focused, &s.Blurred} {
		*state = textarea.StyleState{}
		state.Selection = plain.Reverse(true)
	}
	s.Cursor.Blink = false
	f.area.SetStyles(s)
	f.fresh = false
}

func (f *Prompt) recount() {
	f.count, f.fresh = utf8.RuneCountInString(f.area.Value()), false
}

// Update edits the text.
func (f *Prompt) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	return f, f.route(msg, f.press, func(text string) tea.Cmd {
		f.Insert(text)
		return f.changed()
	})
}

func (f *Prompt) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	info := f.area.LineInfo()
	switch {
	case key.Matches(m, f.Keys.Up) && f.area.Line() == 0 && info.RowOffset == 0,
		key.Matches(m, f.Keys.Down) && f.area.Line() >= f.area.LineCount()-1 && info.RowOffset >= info.Height-1:
		return nil, false
	}
	before := f.count
	var cmd tea.Cmd
	edit := func() { f.area, cmd = f.area.Update(m) }
	if m.Text != "" {
		f.unmeasured(edit)
	} else {
		edit()
	}
	f.recount()
	if f.count != before || editing(m) {
		return tea.Batch(cmd, f.changed()), true
	}
	return cmd, true
}

// editing reports keys that may change the text and leave its length alone.
func editing(m tea.KeyPressMsg) bool {
	switch m.String() {
	case "alt+c", "alt+l", "alt+u":
		return true
	}
	return m.Text != ""
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
	at := f.area.Cursor()
	lines := []string{head}
	for y, l := range strings.Split(f.area.View(), "\n") {
		l = f.row(strings.TrimRight(l, " "))
		if at != nil && at.Y == y {
			l = cursor.Insert(l, at.X)
		}
		lines = append(lines, bar+l)
	}
	return append(lines, f.notes("", 0)...)
}

// row colours one row of the text. A row whose width depends on how the
// terminal counts is redrawn so that it does not; the text itself keeps its
// letters.
func (f *Prompt) row(row string) string {
	style := f.st.Field.Value
	switch {
	case f.count == 0:
		style = f.st.Field.Placeholder
	case f.focused:
		style = f.st.Field.ValueFocused
	}
	if ansi.StringWidth(row) != ansi.StringWidthWc(row) {
		row = string(safe.Truncate(safe.Line(ansi.Strip(row)), max(f.w-2, 1)))
	}
	if row == "" || strings.Contains(row, "\x1b") {
		return row // empty, or a selection that brings its own style
	}
	return style.Render(row)
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

// RunAccessible asks for the text in one line.
func (f *Prompt) RunAccessible(w io.Writer, r io.Reader) error {
	return ask(w, r, string(f.spec.Label)+": ", func(s string) string {
		if n := utf8.RuneCountInString(s); f.limit > 0 && n > f.limit {
			return fmt.Sprintf("%d characters, at most %d", n, f.limit)
		}
		f.SetValue(s)
		return ""
	})
}
