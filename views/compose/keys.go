package compose

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/client/secret"
	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/order"
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

// promptKey does what a key makes of the prompt as a whole.
func (s *Screen) promptKey(msg tea.KeyPressMsg) tea.Cmd {
	k := s.s.Keys.Form
	switch {
	case k.Undo.Is(msg):
		return s.travel((*field.Prompt).Undo, "There is no change of the prompt to take back.")
	case k.Redo.Is(msg):
		return s.travel((*field.Prompt).Redo, "No change of the prompt was taken back.")
	case k.Fix.Is(msg):
		return s.fix()
	case k.Words.Is(msg):
		return s.openWords()
	case k.Keep.Is(msg):
		return s.keepWords()
	case k.Older.Is(msg):
		return s.earlier(1)
	case k.Newer.Is(msg):
		return s.earlier(-1)
	case k.Enhance.Is(msg):
		return studio.Send(order.RewriteMsg{})
	}
	return s.s.Env.Aside(term.Edit(s.s.Ctx, secret.Foreground, s.s.Getenv, "prompt", s.draft.Values.Text(catalogue.RolePrompt)))
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
