package compose

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
)

// atEdge reports whether a key leads beyond the first or last row.
func (s *Screen) atEdge(msg tea.KeyPressMsg) bool {
	row, rows := s.focusedRow(), s.form.rows
	if row == nil || row.Capturing() {
		return false
	}
	k := s.s.Keys.Form
	return k.Next.Is(msg) && row.GetKey() == rows[len(rows)-1].GetKey() || k.Prev.Is(msg) && row.GetKey() == rows[0].GetKey()
}

// travel takes a change of the prompt back, or makes it again.
func (s *Screen) travel(step func(*field.Prompt) bool, none safe.String) tea.Cmd {
	if p := s.form.prompt; p == nil || !step(p) {
		return studio.Say(toast.Info, none)
	}
	return s.takeRows()
}

// wakeBy returns to the fields on the keys that one would try.
func (s *Screen) wakeBy(msg tea.KeyPressMsg) {
	switch msg.String() {
	case "enter", "tab", "shift+tab", "up", "down", "i", "space":
		s.wake()
	}
}

// editingPath reports whether esc belongs to the line in which a path is typed.
func (s *Screen) editingPath() bool {
	return s.form.media != nil && s.form.media.Focused() && s.form.media.Capturing()
}

// wrap moves the focus from one end of the form to the other.
func (s *Screen) wrap(forward bool) {
	rows := s.form.rows
	if forward {
		s.focusOn(rows[0].GetKey())
	} else {
		s.focusOn(rows[len(rows)-1].GetKey())
	}
}
