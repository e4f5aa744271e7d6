package field

import (
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
)

// Route passes a message to a form and moves the focus at once if the field
// asked for it. Owners use it instead of form.Update: huh itself moves the
// focus by a message, which arrives after keys that are already queued. On a
// slow line tab and the text typed after it arrive together, and the text would
// go into the field that was left.
func Route(form *huh.Form, msg tea.Msg) tea.Cmd {
	focused := form.GetFocusedField()
	_, cmd := form.Update(msg)
	f, ok := focused.(interface {
		takeMove() (forward, ok bool)
	})
	if !ok {
		return cmd
	}
	forward, ok := f.takeMove()
	if !ok {
		return cmd
	}
	_, then := form.Update(step(forward))
	return tea.Batch(cmd, then)
}

// Begin puts a new form on its first field. It drops huh's commands: they serve
// functions bound to fields, of which there are none, and ask for the window
// size, whose answer makes the library redraw every cell.
func Begin(form *huh.Form) { _ = form.Init() }

// Resize sets the size of a form to w by h cells.
func Resize(form *huh.Form, w, h int) tea.Cmd {
	form.WithWidth(w).WithHeight(h)
	return Refresh(form)
}

// Refresh makes a form show what was set on its fields from outside (errors,
// hints, values, styles): huh renders only after messages.
func Refresh(form *huh.Form) tea.Cmd {
	_, cmd := form.Update(nil)
	return cmd
}

// step returns huh's own message for the next or previous field.
func step(forward bool) tea.Msg {
	if forward {
		return huh.NextField()
	}
	return huh.PrevField()
}

// move is a request to go to another field. It is carried out once: by Route,
// or else by its command, which runs in a goroutine of its own.
type move struct {
	forward bool
	done    atomic.Bool
}

// leave requests the next or previous field; at the ends of the form the owner
// decides.
func (b *base) leave(forward bool) tea.Cmd {
	if forward && b.pos.IsLast() || !forward && b.pos.IsFirst() {
		return func() tea.Msg { return EdgeMsg{Forward: forward} }
	}
	m := &move{forward: forward}
	b.going = m
	return func() tea.Msg {
		if m.done.Swap(true) {
			return nil
		}
		return step(m.forward)
	}
}

// takeMove returns the pending move, if there is one, and clears it.
func (b *base) takeMove() (forward, ok bool) {
	m := b.going
	b.going = nil
	if m == nil || m.done.Swap(true) {
		return false, false
	}
	return m.forward, true
}
