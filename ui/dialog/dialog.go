// Package dialog stacks questions, inputs, pickers and texts above a screen.
//
// Only the front dialog receives keys. Each answer carries its action: the
// stack closes the dialog and then runs it, so no caller has to interpret an
// answer by its name.
package dialog

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/cursor"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// Action is the consequence of an answer: it opens the next dialog, changes a
// value, or returns a command. It is called after the dialog was closed. A nil
// Action keeps the dialog open.
type Action func() tea.Cmd

// Close is an action that does nothing more than close the dialog.
func Close() tea.Cmd { return nil }

// or returns the action, or Close if it is nil.
func (a Action) or() Action {
	if a == nil {
		return Close
	}
	return a
}

// Dialog is one thing on the stack.
type Dialog interface {
	// ID identifies the dialog.
	ID() string
	// Update takes a message; a non-nil Action ends the dialog.
	Update(msg tea.Msg) (Action, tea.Cmd)
	// View renders the dialog, at most w by h cells.
	View(w, h int, st *theme.Styles) string
	// Hints returns the keys of the dialog, for the last line of the screen.
	Hints() keys.Map
}

// Renewer is a dialog about something that may change while it is open.
type Renewer interface {
	// Renew updates what is shown.
	Renew()
}

// Careful is a dialog with answers that a letter typed ahead must not give.
type Careful interface {
	// Careful reports whether a key gives such an answer.
	Careful(key tea.KeyPressMsg) bool
}

// Pointer is a dialog that answers the mouse.
type Pointer interface {
	// Point acts on what is drawn at a cell of the dialog, counted from its upper
	// left corner: on a click, or on a turn of the wheel by rows.
	Point(x, y int, click bool, wheel int) (Action, tea.Cmd)
}

// Taking returns the hints of a dialog in which enter takes the selection.
func Taking() keys.Map { return enter("take") }

// Back returns the hint of the key that goes back.
func Back() keys.Binding { return keys.New("back", "", []string{"esc"}, "esc", "back") }

func enter(does string) keys.Map {
	return keys.Map{keys.New("take", "", []string{"enter"}, "enter", does), Back()}
}

const (
	// quiet is how long the keyboard must be still before a dialog that opened
	// by itself accepts keys: somebody may be typing into what it covers.
	quiet = 425 * time.Millisecond
	// patience is the longest a dialog waits for that.
	patience = 1500 * time.Millisecond
	// glance is how long a question must be open before a letter answers it
	// with more than no, and pause how long after a letter that was no answer:
	// a person who is still typing a text has not read the question.
	glance = 300 * time.Millisecond
	pause  = time.Second
)

type entry struct {
	d      Dialog
	unsure bool // opened by itself, keys are still ignored
	opened time.Time
	until  time.Time
	// ready is when a letter may answer with more than no.
	ready time.Time
	// at is where the dialog was drawn last.
	at layout.Rect
}

// Stack holds the open dialogs, the front one last.
type Stack struct {
	now  func() time.Time
	open []entry
}

// NewStack returns an empty stack; now is the clock.
func NewStack(now func() time.Time) *Stack { return &Stack{now: now} }

// Push opens a dialog that the user asked for.
func (s *Stack) Push(d Dialog) { s.open = append(s.open, entry{d: d, ready: s.now().Add(glance)}) }

// PushUnasked opens a dialog that the user did not ask for: it ignores keys for
// a moment, so that typing cannot answer it by accident.
func (s *Stack) PushUnasked(d Dialog) {
	now := s.now()
	s.open = append(s.open, entry{d: d, unsure: true, opened: now, until: now.Add(quiet), ready: now.Add(glance)})
}

// Pop closes the front dialog.
func (s *Stack) Pop() {
	if n := len(s.open); n > 0 {
		s.open = s.open[:n-1]
	}
}

// Close closes the dialog with that ID, at any place in the stack.
func (s *Stack) Close(id string) {
	kept := s.open[:0]
	for _, e := range s.open {
		if e.d.ID() != id {
			kept = append(kept, e)
		}
	}
	s.open = kept
}

// Empty reports whether no dialog is open.
func (s *Stack) Empty() bool { return len(s.open) == 0 }

// Front returns the front dialog, or nil.
func (s *Stack) Front() Dialog {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1].d
}

// Has reports whether a dialog with that ID is open.
func (s *Stack) Has(id string) bool {
	for _, e := range s.open {
		if e.d.ID() == id {
			return true
		}
	}
	return false
}

// Renew updates the open dialogs about something that changes.
func (s *Stack) Renew() {
	for _, e := range s.open {
		if r, ok := e.d.(Renewer); ok {
			r.Renew()
		}
	}
}

// Update passes keys, pastes and the mouse to the front dialog; once that is
// done it closes it and runs the answer's action. Everything else goes to all
// dialogs, as it may answer a command of one of them.
func (s *Stack) Update(msg tea.Msg) tea.Cmd {
	if len(s.open) == 0 {
		return nil
	}
	front := &s.open[len(s.open)-1]
	if !input(msg) {
		return s.tell(msg)
	}
	if s.held(front) || s.early(front, msg) {
		return nil
	}
	d := front.d
	act, cmd := d.Update(msg)
	if act == nil {
		return cmd
	}
	s.Close(d.ID())
	return tea.Batch(cmd, act())
}

// Point passes what the mouse does at a cell of the screen to the front dialog,
// which is where Over has drawn it last. A click that comes before a question
// can have been read is no answer.
func (s *Stack) Point(x, y int, click bool, wheel int) tea.Cmd {
	if len(s.open) == 0 {
		return nil
	}
	front := &s.open[len(s.open)-1]
	p, ok := front.d.(Pointer)
	if !ok || !front.at.Contains(x, y) || s.held(front) {
		return nil
	}
	if _, careful := front.d.(Careful); careful && click && s.now().Before(front.ready) {
		return nil
	}
	act, cmd := p.Point(x-front.at.X, y-front.at.Y, click, wheel)
	if act == nil {
		return cmd
	}
	s.Close(front.d.ID())
	return tea.Batch(cmd, act())
}

// input reports whether a message is input by the user.
func input(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyMsg, tea.PasteMsg, tea.MouseMsg:
		return true
	}
	return false
}

// tell passes a message to all dialogs. It may be what one has asked for, and
// complete an answer that a person gave before.
func (s *Stack) tell(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, e := range slices.Clone(s.open) {
		act, cmd := e.d.Update(msg)
		cmds = append(cmds, cmd)
		if act != nil {
			s.Close(e.d.ID())
			cmds = append(cmds, act())
		}
	}
	return tea.Batch(cmds...)
}

// held reports whether a key comes too early for a dialog that opened by
// itself. Each early key extends the wait, up to the dialog's patience.
func (s *Stack) held(e *entry) bool {
	if !e.unsure {
		return false
	}
	now := s.now()
	if !now.Before(e.until) || !now.Before(e.opened.Add(patience)) {
		e.unsure = false
		return false
	}
	e.until = now.Add(quiet)
	return true
}

// early reports whether a letter comes too soon to be meant as an answer.
func (s *Stack) early(e *entry, msg tea.Msg) bool {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok || press.Text == "" {
		return false
	}
	careful, ok := e.d.(Careful)
	if !ok {
		return false
	}
	now := s.now()
	answers, early := careful.Careful(press), now.Before(e.ready)
	wait := pause
	if answers {
		wait = glance
	}
	if again := now.Add(wait); again.After(e.ready) {
		e.ready = again
	}
	return answers && early
}

// Over draws all open dialogs over a screen of w by h cells.
func (s *Stack) Over(base string, w, h int, st *theme.Styles) string {
	for i := range s.open {
		e := &s.open[i]
		top := e.d.View(w, h, st)
		e.at = place(top, w, h)
		base = OverAt(base, top, e.at.X, e.at.Y)
	}
	return base
}

// place returns where a block is centred on a screen of w by h cells.
func place(top string, w, h int) layout.Rect {
	lines := strings.Split(top, "\n")
	tw := 0
	for _, l := range lines {
		tw = max(tw, ansi.StringWidth(l))
	}
	return layout.Rect{W: w, H: h}.Center(tw, len(lines))
}

// Over centres a block on a base of w by h cells. The base loses its cursor, as
// what is covered does not have the focus.
func Over(base, top string, w, h int) string {
	at := place(top, w, h)
	return OverAt(base, top, at.X, at.Y)
}

// OverAt puts a block at a cell of a base. Styles on both sides are kept; a
// wide letter cut by the block's edge becomes a space.
func OverAt(base, top string, x, y int) string {
	lines := strings.Split(cursor.Strip(base), "\n")
	for i, t := range strings.Split(top, "\n") {
		at := y + i
		if at < 0 || at >= len(lines) {
			continue
		}
		lines[at] = splice(lines[at], t, x)
	}
	return strings.Join(lines, "\n")
}

const reset = "\x1b[m"

func splice(line, top string, x int) string {
	x = max(x, 0)
	whole := ansi.StringWidth(line)
	left := layout.FitLine(line, x)
	end := x + ansi.StringWidth(top)
	right := ""
	if end < whole {
		right = ansi.TruncateLeft(line, end, "")
		if ansi.StringWidth(right) > whole-end {
			right = ansi.TruncateLeft(line, end+1, "")
		}
		// A wide letter under the edge leaves a gap of one cell.
		right = strings.Repeat(" ", max(whole-end-ansi.StringWidth(right), 0)) + right
	}
	return left + reset + top + reset + right
}

// Frame draws a thin border around lines, with the title in it; inner is the
// width between the bars without the space on either side.
func Frame(title safe.String, lines []string, inner int, st *theme.Styles) string {
	b := st.Dialog.Border
	bar := b.Render("│")
	var out strings.Builder
	out.WriteString(b.Render("╭─"))
	rest := inner + 1
	if title = safe.Truncate(title, max(inner-2, 0)); title != "" {
		out.WriteString(" " + st.Dialog.Title.Render(string(title)) + " ")
		rest -= title.Width() + 2
	}
	out.WriteString(b.Render(strings.Repeat("─", max(rest, 0)) + "╮"))
	for _, l := range lines {
		out.WriteString("\n" + bar + " " + layout.FitLine(l, inner) + " " + bar)
	}
	out.WriteString("\n" + b.Render("╰"+strings.Repeat("─", inner+2)+"╯"))
	return out.String()
}

// Inner returns the text width of a dialog that wants want cells on a screen of
// w, less border and space.
func Inner(want, w int) int { return max(min(want, w-6), 1) }
