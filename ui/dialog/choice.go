package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
	"seedreel/ui/layout"
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
	// Key chooses the option directly, without moving the selection, and is
	// shown after its label. Without one, y takes the first option other than
	// the default.
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
	// Deliberate ignores all letters but those of an answer. It is for a
	// question about money that opens while somebody may still be typing.
	Deliberate bool

	at    int
	begun bool
	drawn []spot
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
	if at := c.direct(k); at >= 0 {
		if o := c.Options[at]; o.Why == "" {
			return o.Do.or(), nil
		}
		c.at = at // its reason is shown
		return nil, nil
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

// direct returns the option that a key chooses, or -1.
func (c *Choice) direct(k string) int {
	first := -1
	for i, o := range c.Options {
		if o.Key == k {
			return i
		}
		if first < 0 && i != c.Default && o.Key == "" {
			first = i
		}
	}
	if k == "y" {
		return first
	}
	return -1
}

// Careful reports whether a key answers with more than no. A letter that was
// typed before the question could be read must not do that.
func (c *Choice) Careful(key tea.KeyPressMsg) bool { return c.direct(key.String()) >= 0 }

func (c *Choice) move(by int) {
	if n := len(c.Options); n > 0 {
		c.at = (c.at + by + n) % n
	}
}

// Hints returns the keys that choose an answer.
func (c *Choice) Hints() keys.Map {
	var m keys.Map
	if c.direct("y") >= 0 {
		m = append(m, keys.New("yes", "", []string{"y"}, "y", "yes"))
	}
	return append(append(m, keys.New("no", "", []string{"n"}, "n", "no"),
		keys.New("choose", "", []string{"left", "right"}, "left/right", "choose").Any()), enter("answer")...)
}

// View renders the question.
func (c *Choice) View(w, h int, st *theme.Styles) string {
	c.start()
	in := Inner(choiceWidth, w)
	options := c.options(in, st)
	// The border and the answers are always shown; the body shrinks on a small
	// screen.
	room := max(h-3-len(options), 0)
	var lines []string
	body := safe.Wrap(c.Body, in)
	if c.Body != "" {
		for _, l := range body[:min(len(body), room)] {
			lines = append(lines, st.Dialog.Body.Render(string(l)))
		}
		lines = append(lines, "")
	}
	for i := range c.drawn {
		c.drawn[i].y += 1 + len(lines)
	}
	return Frame(c.Title, append(lines, options...), in, st)
}

// options puts the options in one row if they fit, right-aligned, else below
// each other.
func (c *Choice) options(in int, st *theme.Styles) []string {
	width := 0
	for _, o := range c.Options {
		width += o.Label.Width() + 2 + 4
		if o.Key != "" {
			width += 2 + len(o.Key)
		}
	}
	var rendered []string
	c.drawn = c.drawn[:0]
	for i, o := range c.Options {
		rendered = append(rendered, c.option(i, o, in, st))
		c.drawn = append(c.drawn, spot{i, edge, edge + in, i})
	}
	if why := c.why(); why != "" {
		rendered = append(rendered, st.Field.Hint.Render(string(safe.Truncate(why, in))))
		return rendered
	}
	if width-4 > in || len(c.Options) == 0 {
		for i, o := range c.Options {
			rendered[i] = c.stacked(i, o, in, st)
		}
		return rendered
	}
	const gap = "    "
	row := strings.Join(rendered, gap)
	x := edge + max(in-safe.Width(row), 0)
	for i, r := range rendered {
		c.drawn[i] = spot{0, x, x + safe.Width(r), i}
		x += safe.Width(r) + len(gap)
	}
	return []string{strings.Repeat(" ", max(in-safe.Width(row), 0)) + row}
}

func (c *Choice) why() safe.String {
	if len(c.Options) == 0 {
		return ""
	}
	return c.Options[c.at].Why
}

func (c *Choice) option(i int, o Option, in int, st *theme.Styles) string {
	label, key := string(safe.Truncate(o.Label, max(in-2, 1))), ""
	if o.Key != "" {
		label = string(safe.Truncate(o.Label, max(in-4-len(o.Key), 1)))
		key = "  " + st.Footer.Key.Render(o.Key)
	}
	return c.mark(i, o, label, st) + key
}

// stacked renders an option in a line of its own, its key at the end of it.
func (c *Choice) stacked(i int, o Option, in int, st *theme.Styles) string {
	label := string(safe.Truncate(o.Label, max(in-4-len(o.Key), 1)))
	mark, style := "  ", st.Dialog.Option
	if i == c.at {
		mark, style = st.Dialog.Mark.Render("▸")+" ", st.Row.Title
	}
	line := layout.Ends(mark+style.Render(label), st.Footer.Key.Render(o.Key), in)
	if i == c.at {
		return st.Select(line, in)
	}
	return line
}

// mark returns a label with the mark of the selection before it.
func (c *Choice) mark(i int, o Option, label string, st *theme.Styles) string {
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
