// Package rewrite shows a prompt beside the one that a service offers for it.
package rewrite

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"seedreel/state/reel"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/studio"
)

// Name is the name of the dialog.
const Name = "compare"

// Compare is the dialog. Nothing changes until one of the two is chosen.
type Compare struct {
	s             *studio.Studio
	before, after string
	at            int
	// drawn are the cells of the answers, and line is the one they are in.
	drawn [][2]int
	line  int
}

var _ dialog.Pointer = (*Compare)(nil)

// New returns the dialog for the present prompt and the one offered.
func New(s *studio.Studio, before, after string) *Compare {
	return &Compare{s: s, before: before, after: after}
}

// answer is one of the answers.
type answer struct {
	label safe.String
	key   string
	do    dialog.Action
}

// answers returns the answers, the safe one first.
func (c *Compare) answers() []answer {
	return []answer{
		{"Keep mine", "n", c.keep},
		{"Take the new one", "y", func() tea.Cmd { return c.s.Tell(studio.PromptMsg{Text: c.after}) }},
		{"Take it and edit", "e", func() tea.Cmd { return c.s.Tell(studio.PromptMsg{Text: c.after, Edit: true}) }},
	}
}

func (c *Compare) keep() tea.Cmd { return c.s.Say(toast.Info, "The prompt is as it was.") }

// ID returns the name of the dialog.
func (c *Compare) ID() string { return Name }

// Update moves between the answers and takes one. The safe answer comes first.
func (c *Compare) Update(msg tea.Msg) (dialog.Action, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	if at := c.direct(k); at >= 0 {
		return c.answers()[at].do, nil
	}
	n := len(c.answers())
	switch k.String() {
	case "esc", "q":
		return dialog.Close, nil
	case "left", "shift+tab", "h", "up", "k":
		c.at = (c.at + n - 1) % n
	case "right", "tab", "l", "down", "j":
		c.at = (c.at + 1) % n
	case "enter":
		return c.answers()[c.at].do, nil
	}
	return nil, nil
}

// direct returns the answer that a key takes, or -1.
func (c *Compare) direct(k tea.KeyPressMsg) int {
	return slices.IndexFunc(c.answers(), func(a answer) bool { return a.key == k.String() })
}

// Careful reports whether a key changes the prompt: a letter of somebody who is
// still typing must not.
func (c *Compare) Careful(k tea.KeyPressMsg) bool { return c.direct(k) > 0 }

// Hints returns the keys that take an answer.
func (c *Compare) Hints() keys.Map {
	return append(keys.Map{
		keys.New("yes", "", []string{"y"}, "y", "take the new one"), keys.New("no", "", []string{"n"}, "n", "keep mine"),
		keys.New("edit", "", []string{"e"}, "e", "take and edit"),
	}, dialog.Taking()...)
}

// View draws both texts in columns, the words that are in one only marked, and
// the answers below them.
func (c *Compare) View(w, h int, st *theme.Styles) string {
	const gap = 3
	inner := min(w-6, 120)
	col := max((inner-gap)/2, 10)
	before, after := safe.Lines(c.before), safe.Lines(c.after)
	gone, added := reel.Marks(string(before), string(after))
	left, right := safe.Wrap(before, col), safe.Wrap(after, col)
	rows := min(max(len(left), len(right)), max(h-6, 1))
	head := safe.PadRight(safe.Truncate("yours, struck out what goes", col), col+gap) + safe.Truncate("offered, underlined what is new", col)
	lines := []string{st.Text.Quiet.Render(head)}
	a := marked{words: strings.Fields(string(before)), marks: gone, plain: st.Text.Base, mark: st.Diff.Removed}
	b := marked{words: strings.Fields(string(after)), marks: added, plain: st.Text.Base, mark: st.Diff.Added}
	cell := func(all []safe.String, m *marked, i int) string {
		switch {
		case i >= len(all):
			return ""
		case i == rows-1 && len(all) > rows:
			return m.plain.Render("…")
		}
		return m.line(all[i])
	}
	for i := range rows {
		lines = append(lines, layout.FitLine(cell(left, &a, i), col+gap)+cell(right, &b, i))
	}
	c.line = len(lines) + 2 // below the border and a blank line
	return dialog.Frame("The prompt, rewritten", append(append(lines, ""), c.choices(col*2+gap, st)), col*2+gap, st)
}

// edge is the border and the blank cell beside it.
const edge = 2

// Point takes the answer that was clicked.
func (c *Compare) Point(x, y int, click bool, _ int) (dialog.Action, tea.Cmd) {
	if !click || y != c.line {
		return nil, nil
	}
	for i, d := range c.drawn {
		if x-edge >= d[0] && x-edge < d[1] {
			return c.answers()[i].do, nil
		}
	}
	return nil, nil
}

// choices returns the line of the answers, without their keys where those do
// not fit: the footer has them.
func (c *Compare) choices(room int, st *theme.Styles) string {
	for _, keyed := range []bool{true, false} {
		row := ""
		c.drawn = c.drawn[:0]
		for i, o := range c.answers() {
			from := safe.Width(row)
			mark, style := "  ", st.Dialog.Option
			if i == c.at {
				mark, style = st.Dialog.Mark.Render("▸ "), st.Dialog.OptionSelected
			}
			row += mark + style.Render(string(o.label))
			if keyed {
				row += "  " + st.Footer.Key.Render(o.key)
			}
			c.drawn = append(c.drawn, [2]int{from, safe.Width(row)})
			if i < len(c.answers())-1 {
				row += "  "
			}
		}
		if !keyed || safe.Width(row) <= room {
			return row
		}
	}
	return ""
}

// marked draws a wrapped text with some of its words marked. Its lines must be
// drawn in order, as a long word may go on in the next.
type marked struct {
	words []string
	marks []bool
	// at is the word to come, and done how much of it is drawn.
	at, done    int
	plain, mark lipgloss.Style
}

// line returns one line of the text. Words that are marked one after the other
// are marked with the space between them.
func (m *marked) line(l safe.String) string {
	var b, run strings.Builder
	on := false
	flush := func() {
		style := m.plain
		if on {
			style = m.mark
		}
		if run.Len() > 0 {
			b.WriteString(style.Render(run.String()))
			run.Reset()
		}
	}
	for i, part := range strings.Fields(string(l)) {
		is := m.next(part)
		if i > 0 && !(on && is) {
			flush()
			on = false
		}
		if i > 0 {
			run.WriteByte(' ')
		}
		if is != on {
			flush()
			on = is
		}
		run.WriteString(part)
	}
	flush()
	return b.String()
}

// next reports whether the word that a part of a line belongs to is marked.
func (m *marked) next(part string) bool {
	if m.at >= len(m.words) {
		return false
	}
	is := m.marks[m.at]
	if m.done += len(part); m.done >= len(m.words[m.at]) {
		m.at, m.done = m.at+1, 0
	}
	return is
}
