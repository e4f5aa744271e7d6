package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// menuWidth is the text width of a menu.
const menuWidth = 62

// Entry is one line of a Menu.
type Entry struct {
	// Key is the letter that chooses the entry.
	Key   string
	Label safe.String
	// Right is at the right end of the line, such as a price.
	Right safe.String
	// Why is the reason the entry is unavailable, empty if it is available.
	Why safe.String
	// Do is called when the entry is chosen; may be nil.
	Do Action
}

// Menu chooses one of a few actions, each by a letter of its own.
type Menu struct {
	Name    string
	Title   safe.String
	Body    safe.String
	Entries []Entry

	at    int
	drawn []spot
}

// ID returns the name of the dialog.
func (m *Menu) ID() string { return m.Name }

// Hints returns the keys of the menu.
func (m *Menu) Hints() keys.Map {
	return append(keys.Map{keys.New("letter", "", []string{"a"}, "letter", "do it").Any()}, enter("do it")...)
}

// Update moves between the entries and chooses one. An entry that is not
// available is marked, so that its reason is shown.
func (m *Menu) Update(msg tea.Msg) (Action, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	k := press.String()
	for i := range m.Entries {
		if m.Entries[i].Key == k {
			m.at = i
			return m.chosen(), nil
		}
	}
	switch k {
	case "esc", "ctrl+c":
		return Close, nil
	case "up", "shift+tab":
		m.move(-1)
	case "down", "tab":
		m.move(1)
	case "enter":
		return m.chosen(), nil
	}
	return nil, nil
}

func (m *Menu) chosen() Action {
	if len(m.Entries) == 0 || m.Entries[m.at].Why != "" {
		return nil
	}
	return m.Entries[m.at].Do.or()
}

func (m *Menu) move(by int) {
	if n := len(m.Entries); n > 0 {
		m.at = (m.at + by + n) % n
	}
}

// View renders the menu.
func (m *Menu) View(w, h int, st *theme.Styles) string {
	in := Inner(menuWidth, w)
	var lines []string
	if m.Body != "" {
		lines = append(lines, st.Dialog.Body.Render(string(safe.Truncate(m.Body, in))), "")
	}
	// Border and reason are always shown; of the entries as many as fit.
	room := max(h-4-len(lines), 1)
	from := min(max(m.at-room+1, 0), max(len(m.Entries)-room, 0))
	m.drawn = m.drawn[:0]
	for i := from; i < min(from+room, len(m.Entries)); i++ {
		m.drawn = append(m.drawn, spot{1 + len(lines), edge, edge + in, i})
		lines = append(lines, m.line(i, in, st))
	}
	if len(m.Entries) > 0 {
		lines = append(lines, st.Field.Hint.Render(string(safe.Truncate(m.Entries[m.at].Why, in))))
	}
	return Frame(m.Title, lines, in, st)
}

func (m *Menu) line(i, in int, st *theme.Styles) string {
	e := &m.Entries[i]
	mark, style := "  ", st.Dialog.Option
	switch {
	case i == m.at && e.Why != "":
		mark, style = st.Dialog.Mark.Render("▸")+" ", st.Dialog.Disabled
	case i == m.at:
		mark, style = st.Dialog.Mark.Render("▸")+" ", st.Row.Title
	case e.Why != "":
		style = st.Dialog.Disabled
	}
	room := max(in-6-e.Right.Width(), 0)
	label := safe.Truncate(e.Label, room)
	line := mark + st.Footer.Key.Render(string(safe.PadRight(safe.Line(e.Key), 2))) + " " + style.Render(string(label)) +
		strings.Repeat(" ", max(in-5-label.Width()-e.Right.Width(), 1)) + st.Text.Quiet.Render(string(e.Right))
	if i == m.at {
		return st.Select(line, in)
	}
	return line
}
