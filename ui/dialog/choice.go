package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// choiceWidth is the text width of a question, comfortable for a sentence.
const choiceWidth = 60

// Option is one answer of a Choice.
type Option struct {
	Label safe.String
	// Do is called when the option is chosen; may be nil.
	Do Action
	// Key chooses the option directly, without moving the selection; empty for
	// answers that cost something.
	Key string
	// Why is the reason the option is unavailable, empty if it is available.
	Why safe.String
}

// Choice is a question with a few answers. Default must be the safe one: enter
// chooses it if the user reads no further.
type Choice struct {
	Name    string
	Title   safe.String
	Body    safe.Block
	Options []Option
	Default int
	// Left is called when the question is dismissed; may be nil.
	Left Action
	// Deliberate ignores all letters but n, which means no. It is for a
	// question about money that opens while somebody may still be typing.
	Deliberate bool

	at    int
	begun bool
}

// ID returns the name of the dialog.
func (c *Choice) ID() string { return c.Name }

func (c *Choice) start() {
	if !c.begun {
		c.begun = true
		c.at = min(max(c.Default, 0), max(len(c.Options)-1, 0))
	}
}

// Update moves between the answers and chooses one.
func (c *Choice) Update(msg tea.Msg) (Action, tea.Cmd) {
	c.start()
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	k := press.String()
	for _, o := range c.Options {
		if o.Key != "" && o.Key == k && o.Why == "" {
			return o.Do.or(), nil
		}
	}
	if c.Deliberate && press.Text != "" && k != "n" {
		return nil, nil
	}
	switch k {
	case "esc", "q", "n", "ctrl+c": // n never means yes
		return c.Left.or(), nil
	case "left", "h", "up", "k", "shift+tab":
		c.move(-1)
	case "right", "l", "down", "j", "tab":
		c.move(1)
	case "enter":
		if len(c.Options) == 0 {
			return c.Left.or(), nil
		}
		if o := c.Options[c.at]; o.Why == "" {
			return o.Do.or(), nil
		}
	}
	return nil, nil
}

func (c *Choice) move(by int) {
	if n := len(c.Options); n > 0 {
		c.at = (c.at + by + n) % n
	}
}

// Hints returns the keys that choose an answer.
func (c *Choice) Hints() keys.Map {
	return append(keys.Map{keys.New("choose", "", []string{"left", "right"}, "left/right", "choose")}, enter("answer")...)
}

// View renders the question.
func (c *Choice) View(w, h int, st *theme.Styles) string {
	c.start()
	in := Inner(choiceWidth, w)
	options := c.options(in, st)
	// Title, its space, the border and the answers are always shown; the body
	// shrinks on a small screen.
	room := max(h-5-len(options), 0)
	var lines []string
	body := safe.Wrap(c.Body, in)
	if c.Body != "" {
		for _, l := range body[:min(len(body), room)] {
			lines = append(lines, st.Dialog.Body.Render(string(l)))
		}
		lines = append(lines, "")
	}
	return Frame(c.Title, append(lines, options...), in, st)
}

// options puts the options in one row if they fit, right-aligned, else below
// each other.
func (c *Choice) options(in int, st *theme.Styles) []string {
	width := 0
	for _, o := range c.Options {
		width += o.Label.Width() + 2 + 4
	}
	var rendered []string
	for i, o := range c.Options {
		rendered = append(rendered, c.option(i, o, in, st))
	}
	if why := c.why(); why != "" {
		rendered = append(rendered, st.Field.Hint.Render(string(safe.Truncate(why, in))))
		return rendered
	}
	if width-4 > in || len(c.Options) == 0 {
		return rendered
	}
	row := strings.Join(rendered, "    ")
	return []string{strings.Repeat(" ", max(in-safe.Width(row), 0)) + row}
}

func (c *Choice) why() safe.String {
	if len(c.Options) == 0 {
		return ""
	}
	return c.Options[c.at].Why
}

func (c *Choice) option(i int, o Option, in int, st *theme.Styles) string {
	label := string(safe.Truncate(o.Label, max(in-2, 1)))
	switch {
	case o.Why != "" && i == c.at:
		return st.Dialog.Mark.Render("▸") + " " + st.Dialog.Disabled.Render(label)
	case o.Why != "":
		return "  " + st.Dialog.Disabled.Render(label)
	case i == c.at:
		return st.Dialog.Mark.Render("▸") + " " + st.Dialog.OptionSelected.Render(label)
	}
	return "  " + st.Dialog.Option.Render(label)
}
