package field

import (
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
)

// Route gives a message to a form and moves the focus at once when the field
// asked for it. Owners use it instead of form.Update: huh itself moves the
// focus by a message of its own, which arrives after keys that are already
// there. On a slow line tab and the text typed after it come together, and the
// text would go into the field that was left.
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

// Begin puts a new form on its first field. The commands of huh are left out:
// they serve functions bound to fields, of which there are none, and ask for
// the size of the window, upon whose answer the library draws every cell anew.
func Begin(form *huh.Form) { _ = form.Init() }

// Resize gives a form its place of w by h cells.
func Resize(form *huh.Form, w, h int) tea.Cmd {
	form.WithWidth(w).WithHeight(h)
	return Refresh(form)
}

// Refresh makes a form show what was set on its fields from outside (errors,
// hints, values, styles): huh renders after messages only.
func Refresh(form *huh.Form) tea.Cmd {
	_, cmd := form.Update(nil)
	return cmd
}

// step is huh's own message for the next field or the one before.
func step(forward bool) tea.Msg {
	if forward {
		return huh.NextField()
	}
	return huh.PrevField()
}

// move is one wish to go to another field. It is carried out once: by Route,
// or else by its command, which runs in a goroutine of its own.
type move struct {
	forward bool
	done    atomic.Bool
}

// leave asks for the field after or before this one; at the ends of the form
// the owner decides.
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

// takeMove hands over the wish to move, if there is one not yet carried out.
func (b *base) takeMove() (forward, ok bool) {
	m := b.going
	b.going = nil
	if m == nil || m.done.Swap(true) {
		return false, false
	}
	return m.forward, true
}
