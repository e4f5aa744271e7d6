// Package field provides the rows of a form: huh fields with the program's own
// look.
//
// They are used inside one huh.Form group, which moves the focus and scrolls.
// Each has a label column, a value beside it, and below it, if needed, a line
// with an error or a hint. A field with a text cursor writes the mark of
// ui/cursor into its view, and the program places the terminal's own cursor
// there.
//
// huh passes every message to every field, and messages other than keys and
// pastes twice to the focused one, so a field reacts only to keys and pastes
// while it has the focus. huh also ends a form whose last field is left forward
// and shows nothing from then on: at both ends a field sends EdgeMsg instead,
// and the owner decides where the focus goes.
package field

import (
	"errors"
	"io"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/cursor"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// LabelWidth is the width of the label column in cells.
const LabelWidth = 12

// ChangedMsg is sent when the user has changed the value of a field.
type ChangedMsg struct{ Key string }

// OpenMsg asks the owner to open the picker that belongs to a field.
type OpenMsg struct{ Key string }

// BrowseMsg asks the owner to open a file browser for a role of a Media field.
type BrowseMsg struct{ Key, Role string }

// EdgeMsg is sent when the focus would leave the first or the last field.
type EdgeMsg struct{ Forward bool }

// Field is the interface of a field for the owner of its form.
type Field interface {
	huh.Field
	// SetStyles changes the styles once the background is known.
	SetStyles(st *theme.Styles)
	// SetError sets the error under the field; empty clears it.
	SetError(words safe.String)
	// SetHint shows advice under the field, with the key that acts on it.
	SetHint(words, key safe.String)
	// SetNote shows a plain fact under the field, in place of a hint.
	SetNote(words, key safe.String)
	// Label returns the name of the field in its form.
	Label() safe.String
	// SetOrdinal sets the position of the field in its form, from 1: Rows finds
	// the field by it in the drawn form.
	SetOrdinal(n int)
	// Focused reports whether the field has the focus.
	Focused() bool
	// Click does what is drawn at a cell of the field, counted from its first
	// line.
	Click(x, y int) tea.Cmd
	// Capturing reports whether the field takes letters as text now, so that
	// one-letter commands of the program must wait.
	Capturing() bool
}

// Spec holds what all fields are made from.
type Spec struct {
	// Key identifies the field in messages.
	Key   string
	Label safe.String
	// Space puts an empty line under the field.
	Space  bool
	Styles *theme.Styles
}

// KeyMap holds the keys that move between fields.
type KeyMap struct {
	Next, Prev, Down, Up key.Binding
}

// DefaultKeyMap returns tab and shift+tab, and down and up where a field does
// not use them itself.
func DefaultKeyMap() KeyMap {
	return KeyMap{
		Next: key.NewBinding(key.WithKeys("tab"), key.WithHelp("tab", "next field")),
		Prev: key.NewBinding(key.WithKeys("shift+tab"), key.WithHelp("shift+tab", "field before")),
		Down: key.NewBinding(key.WithKeys("down")),
		Up:   key.NewBinding(key.WithKeys("up")),
	}
}

// Cursor removes the cursor marks from a finished frame and returns the
// position for the real cursor; ok is false if no text field has the focus.
func Cursor(view string) (clean string, x, y int, ok bool) { return cursor.Find(view) }

// base is shared by all fields. self is the field around it, because huh's
// setters return the field.
type base struct {
	Keys KeyMap

	self    huh.Field
	spec    Spec
	st      *theme.Styles
	w       int
	focused bool
	pos     huh.FieldPosition
	err     safe.String
	hint    safe.String
	hintKey safe.String
	quiet   bool
	ordinal int

	going *move // the last requested move to another field

	view  string
	fresh bool
	zones []zone // of the view
}

func newBase(spec Spec) base {
	st := spec.Styles
	if st == nil {
		st = theme.New(theme.ANSI(false, true))
	}
	return base{Keys: DefaultKeyMap(), spec: spec, st: st, w: 80}
}

// Init does nothing: fields start without commands.
func (b *base) Init() tea.Cmd { return nil }

// Focus gives the field the focus.
func (b *base) Focus() tea.Cmd {
	b.focused, b.fresh = true, false
	return nil
}

// Blur removes the focus.
func (b *base) Blur() tea.Cmd {
	b.focused, b.fresh = false, false
	return nil
}

// Label returns the name of the field in its form.
func (b *base) Label() safe.String { return b.spec.Label }

// SetOrdinal sets the position of the field in its form, from 1.
func (b *base) SetOrdinal(n int) {
	if n != b.ordinal {
		b.ordinal, b.fresh = n, false
	}
}

// Focused reports whether the field has the focus.
func (b *base) Focused() bool { return b.focused }

// Capturing reports whether the field takes letters as text now.
func (b *base) Capturing() bool { return false }

// Error returns the words of SetError as an error. huh does not move from a
// group with errors to another group, so forms of this program have one group.
func (b *base) Error() error {
	if b.err == "" {
		return nil
	}
	return fieldError(b.err)
}

type fieldError safe.String

// Error returns the words under the field.
func (e fieldError) Error() string { return string(e) }

// Skip returns false: the focus stops at every field.
func (b *base) Skip() bool { return false }

// Zoom returns false: no field fills the whole form.
func (b *base) Zoom() bool { return false }

// KeyBinds returns the keys that move between fields.
func (b *base) KeyBinds() []key.Binding { return []key.Binding{b.Keys.Next, b.Keys.Prev} }

// Run runs the field alone on the terminal.
func (b *base) Run() error { return huh.Run(b.self) }

// errAccessible is returned when a field is run as a line prompt.
var errAccessible = errors.New("fields are for full screens; line prompts are made from the catalogue")

// RunAccessible is part of huh.Field and always fails: huh's line prompts
// include hidden fields, so the program has its own line prompts.
func (b *base) RunAccessible(io.Writer, io.Reader) error { return errAccessible }

// GetKey returns the key of the field.
func (b *base) GetKey() string { return b.spec.Key }

// WithTheme is part of huh.Field. Styles are set by SetStyles.
func (b *base) WithTheme(huh.Theme) huh.Field { return b.self }

// WithKeyMap is part of huh.Field. Keys are set through Keys, because huh's
// map knows only huh's own fields.
func (b *base) WithKeyMap(*huh.KeyMap) huh.Field { return b.self }

// WithWidth sets the width in cells.
func (b *base) WithWidth(w int) huh.Field {
	if w != b.w {
		b.w, b.fresh = w, false
	}
	return b.self
}

// WithHeight is part of huh.Field; most fields have a height of their own.
func (b *base) WithHeight(int) huh.Field { return b.self }

// WithPosition sets the position of the field in its form.
func (b *base) WithPosition(p huh.FieldPosition) huh.Field {
	b.pos = p
	return b.self
}

// SetStyles changes the styles.
func (b *base) SetStyles(st *theme.Styles) {
	if st != b.st {
		b.st, b.fresh = st, false
	}
}

// SetError sets the error under the field; empty clears it.
func (b *base) SetError(words safe.String) {
	if words != b.err {
		b.err, b.fresh = words, false
	}
}

// SetHint shows advice under the field, with the key that acts on it.
func (b *base) SetHint(words, key safe.String) {
	if words != b.hint || key != b.hintKey || b.quiet {
		b.hint, b.hintKey, b.quiet, b.fresh = words, key, false, false
	}
}

// SetNote shows a plain fact in place of a hint: no action is needed.
func (b *base) SetNote(words, key safe.String) {
	if words != b.hint || key != b.hintKey || !b.quiet {
		b.hint, b.hintKey, b.quiet, b.fresh = words, key, true, false
	}
}

// changed is called after the user changed the value.
func (b *base) changed() tea.Cmd {
	b.fresh = false
	k := b.spec.Key
	return func() tea.Msg { return ChangedMsg{Key: k} }
}

// route passes keys and pastes to the field while it has the focus. press
// reports whether it used the key; an unused key may move the focus.
func (b *base) route(msg tea.Msg, press func(tea.KeyPressMsg) (tea.Cmd, bool), paste func(string) tea.Cmd) tea.Cmd {
	if !b.focused {
		return nil
	}
	switch m := msg.(type) {
	case tea.PasteMsg:
		if paste != nil {
			return paste(m.Content)
		}
	case tea.KeyPressMsg:
		switch {
		case key.Matches(m, b.Keys.Next):
			return b.leave(true)
		case key.Matches(m, b.Keys.Prev):
			return b.leave(false)
		}
		if cmd, used := press(m); used {
			return cmd
		}
		switch {
		case key.Matches(m, b.Keys.Down):
			return b.leave(true)
		case key.Matches(m, b.Keys.Up):
			return b.leave(false)
		}
	}
	return nil
}

// cached returns the last view until something changes.
func (b *base) cached(render func() []string) string {
	if b.fresh {
		return b.view
	}
	b.zones = b.zones[:0]
	lines := render()
	for i, l := range lines {
		if ansi.StringWidth(l) > b.w {
			lines[i] = ansi.Truncate(l, max(b.w, 0), "…")
		}
	}
	if b.spec.Space {
		lines = append(lines, "")
	}
	if len(lines) > 0 {
		lines[0] = strings.Repeat(rowMark, b.ordinal) + lines[0]
	}
	b.view, b.fresh = strings.Join(lines, "\n"), true
	return b.view
}

// label returns the label column.
func (b *base) label() string {
	style := b.st.Field.Label
	if b.focused {
		style = b.st.Field.LabelFocused
	}
	text := safe.Truncate(b.spec.Label, LabelWidth-1)
	return style.Render(string(text)) + strings.Repeat(" ", LabelWidth-text.Width())
}

// slot returns one of several choices, the chosen one in brackets: they are seen
// without colours, too.
func (b *base) slot(label safe.String, chosen bool) string {
	switch {
	case !chosen:
		return " " + b.st.Field.Option.Render(string(label)) + " "
	case b.focused:
		return b.st.Field.ChosenFocused.Render("[" + string(label) + "]")
	}
	return b.st.Field.Chosen.Render("[" + string(label) + "]")
}

// notes returns the lines under the value: the error, or else the hint.
func (b *base) notes(own safe.String, indent int) []string {
	words, style := b.err, b.st.Field.Error
	if own != "" {
		words = own
	}
	pad := strings.Repeat(" ", indent)
	room := max(b.w-indent, 8)
	if words != "" {
		var out []string
		for _, l := range safe.Wrap(words.Block(), room) {
			out = append(out, pad+style.Render(string(l)))
		}
		return out[:min(len(out), 3)]
	}
	if b.hint == "" {
		return nil
	}
	return b.advice(pad, room)
}

// advice returns the hint in at most two lines, its key at the end of the last
// or, where it would cut the words short, below them.
func (b *base) advice(pad string, room int) []string {
	style := b.st.Field.Hint
	if b.quiet {
		style = b.st.Text.Quiet
	}
	key := string(b.hintKey)
	keyW := ansi.StringWidth(key)
	textW := room
	if key != "" {
		textW = max(room-keyW-2, 8)
	}
	lines := safe.Wrap(b.hint.Block(), textW)
	if len(lines) > 2 {
		if lines = safe.Wrap(b.hint.Block(), room); len(lines) > 2 {
			lines = []safe.String{lines[0], safe.Truncate(lines[1]+" "+lines[2], room)}
		}
		if key != "" && lines[len(lines)-1].Width() > textW {
			lines = append(lines, "")
		}
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = pad + style.Render(string(l))
	}
	if key != "" {
		last := len(lines) - 1
		out[last] += strings.Repeat(" ", max(room-lines[last].Width()-keyW, 1)) + b.st.Field.HintKey.Render(key)
	}
	return out
}
