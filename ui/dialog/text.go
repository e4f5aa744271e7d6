package dialog

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// textWidth is the greatest width of a text: longer lines are hard to read.
const textWidth = 96

// Text shows a scrollable text.
type Text struct {
	name  string
	title safe.String
	// styled lines are drawn unchanged; a body is wrapped first.
	styled []string
	body   safe.Block
	extra  keys.Map
	press  func(key tea.KeyPressMsg) tea.Cmd

	top, page int
	lines     []string
	width     int
	built     *theme.Styles
}

// NewText returns a viewer for safe text.
func NewText(name string, title safe.String, body safe.Block) *Text {
	return &Text{name: name, title: title, body: body}
}

// NewStyledText returns a viewer for lines that are already styled and safe,
// such as the help screen. They are cut, not wrapped.
func NewStyledText(name string, title safe.String, lines []string) *Text {
	return &Text{name: name, title: title, styled: lines}
}

// Extra sets keys that close the text and are passed to press.
func (t *Text) Extra(extra keys.Map, press func(key tea.KeyPressMsg) tea.Cmd) *Text {
	t.extra, t.press = extra, press
	return t
}

// Hints returns the extra keys and the way back.
func (t *Text) Hints() keys.Map { return append(slices.Clone(t.extra), Back()) }

// SetStyled replaces the lines and keeps the position.
func (t *Text) SetStyled(lines []string) {
	t.styled, t.built = lines, nil
}

// ID returns the name of the dialog.
func (t *Text) ID() string { return t.name }

// Update scrolls and closes.
func (t *Text) Update(msg tea.Msg) (Action, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	if _, found := t.extra.Find(press); found {
		return func() tea.Cmd { return t.press(press) }, nil
	}
	switch press.String() {
	case "esc", "q", "enter", "left", "ctrl+c", "?":
		return Close, nil
	case "up", "k":
		t.top--
	case "down", "j":
		t.top++
	case "pgup", "b":
		t.top -= max(t.page-1, 1)
	case "pgdown", "space", "f":
		t.top += max(t.page-1, 1)
	case "home", "g":
		t.top = 0
	case "end", "G":
		t.top = len(t.lines)
	}
	t.clamp()
	return nil, nil
}

func (t *Text) clamp() { t.top = max(min(t.top, len(t.lines)-t.page), 0) }

// want returns the width the text would like; for styled lines, the width they
// have.
func (t *Text) want() int {
	if len(t.styled) == 0 {
		return textWidth
	}
	n := 40
	for _, l := range t.styled {
		n = max(n, safe.Width(l))
	}
	return n
}

// wrap wraps the text to a width, once.
func (t *Text) wrap(in int, st *theme.Styles) {
	if t.width == in && t.built == st {
		return
	}
	t.width, t.built = in, st
	t.lines = t.lines[:0]
	if t.styled != nil {
		t.lines = append(t.lines, t.styled...)
		return
	}
	for _, l := range safe.Wrap(t.body, in) {
		t.lines = append(t.lines, st.Dialog.Body.Render(string(l)))
	}
}

// View renders the visible part.
func (t *Text) View(w, h int, st *theme.Styles) string {
	in := Inner(t.want(), w)
	t.wrap(in, st)
	const chrome = 4 // border, space and foot
	t.page = max(min(len(t.lines), h-chrome), 1)
	t.clamp()
	shown := t.lines[t.top:min(t.top+t.page, len(t.lines))]
	lines := append([]string{}, shown...)
	foot := ""
	if len(t.lines) > t.page {
		at := fmt.Sprintf("%d-%d of %d", t.top+1, t.top+len(shown), len(t.lines))
		if t.top > 0 {
			at += " ▴"
		}
		if t.top+len(shown) < len(t.lines) {
			at += " ▾ pgdown"
		}
		foot = layout.FitLine("", max(in-safe.Width(at), 0)) + at
	}
	if foot != "" {
		lines = append(lines, "", st.Text.Quiet.Render(safe.Truncate(foot, in)))
	}
	return Frame(t.title, lines, in, st)
}
