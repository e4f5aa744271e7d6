package dialog

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/cursor"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// Input asks for one line of text, or for a secret.
type Input struct {
	name  string
	title safe.String
	body  safe.Block
	in    textinput.Model
	check func(string) string
	err   safe.String
	take  func(text string) tea.Cmd
	left  Action
	// line is where the text was drawn, in room cells.
	line, room int
}

// NewInput returns an input dialog with an initial value. It passes the text to
// take as typed.
func NewInput(name string, title safe.String, body safe.Block, value string, take func(text string) tea.Cmd) *Input {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	// The library's own paste reads the clipboard of the machine the program
	// runs on, which over SSH is not the user's.
	in.KeyMap.Paste.SetEnabled(false)
	in.SetValue(safe.Edit(value))
	// The command starts the blinking of a virtual cursor, which is not used.
	_ = in.Focus()
	return &Input{name: name, title: title, body: body, in: in, take: take}
}

// Secret makes the input show • for every letter.
func (d *Input) Secret() *Input {
	d.in.EchoMode, d.in.EchoCharacter = textinput.EchoPassword, '•'
	return d
}

// Placeholder sets the text shown while the input is empty.
func (d *Input) Placeholder(s safe.String) *Input {
	d.in.Placeholder = string(s)
	return d
}

// Check sets a validation: f returns why a text is rejected, or "".
func (d *Input) Check(f func(string) string) *Input {
	d.check = f
	return d
}

// Left sets the action for when the input is dismissed.
func (d *Input) Left(a Action) *Input {
	d.left = a
	return d
}

// ID returns the name of the dialog.
func (d *Input) ID() string { return d.name }

// Update edits the text; enter submits it.
func (d *Input) Update(msg tea.Msg) (Action, tea.Cmd) {
	switch m := msg.(type) {
	case tea.PasteMsg:
		m.Content = string(safe.Line(m.Content))
		return nil, d.edit(m)
	case tea.KeyPressMsg:
		switch m.String() {
		case "esc", "ctrl+c":
			return d.left.or(), nil
		case "enter":
			return d.submit(), nil
		}
		return nil, d.edit(m)
	}
	return nil, nil
}

func (d *Input) edit(msg tea.Msg) tea.Cmd {
	d.err = ""
	var cmd tea.Cmd
	d.in, cmd = d.in.Update(msg)
	return cmd
}

func (d *Input) submit() Action {
	if d.check != nil {
		if why := d.check(d.in.Value()); why != "" {
			d.err = safe.Line(why)
			return nil
		}
	}
	text := d.in.Value()
	return func() tea.Cmd { return d.take(text) }
}

// Hints returns the key that submits the text.
func (d *Input) Hints() keys.Map { return enter("take") }

// View renders the input with the cursor's mark.
func (d *Input) View(w, h int, st *theme.Styles) string {
	in := Inner(choiceWidth, w)
	var lines []string
	body := safe.Wrap(d.body, in)
	if d.body != "" {
		for _, l := range body[:min(len(body), max(h-6, 0))] {
			lines = append(lines, st.Dialog.Body.Render(string(l)))
		}
		lines = append(lines, "")
	}
	d.room = max(in-gutter, 1)
	styles := d.in.Styles()
	styles.Focused.Text, styles.Focused.Placeholder = st.Field.ValueFocused, st.Field.Placeholder
	d.in.SetStyles(styles)
	d.line = 1 + len(lines)
	lines = append(lines, st.Field.GutterFocused.Render("┃")+" "+cursor.Input(&d.in, d.room))
	lines = append(lines, st.Field.Error.Render(string(safe.Truncate(d.err, in))))
	return Frame(d.title, lines, in, st)
}
