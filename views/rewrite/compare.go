// Package rewrite shows a prompt beside the one that a service offers for it.
package rewrite

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/dialog"
	"seedreel/ui/keys"
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
}

// New returns the dialog for the present prompt and the one offered.
func New(s *studio.Studio, before, after string) *Compare {
	return &Compare{s: s, before: before, after: after}
}

// answer is one of the answers.
type answer struct {
	label safe.String
	do    dialog.Action
}

// answers returns the answers, the safe one first.
func (c *Compare) answers() []answer {
	return []answer{
		{"Keep mine", c.keep},
		{"Take the new one", func() tea.Cmd { return c.s.Tell(studio.PromptMsg{Text: c.after}) }},
		{"Take it and edit", func() tea.Cmd { return c.s.Tell(studio.PromptMsg{Text: c.after, Edit: true}) }},
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

// Hints returns the keys that take an answer.
func (c *Compare) Hints() keys.Map { return dialog.Taking() }

// View draws both texts in columns and the answers below them.
func (c *Compare) View(w, h int, st *theme.Styles) string {
	const gap = 3
	inner := min(w-6, 120)
	col := max((inner-gap)/2, 10)
	left, right := safe.Wrap(safe.Lines(c.before), col), safe.Wrap(safe.Lines(c.after), col)
	rows := min(max(len(left), len(right)), max(h-8, 1))
	lines := []string{st.Text.Quiet.Render(string(safe.PadRight(safe.String("yours"), col+gap)) + "offered")}
	cell := func(all []safe.String, i int) safe.String {
		if i >= len(all) {
			return ""
		}
		if i == rows-1 && len(all) > rows {
			return "…"
		}
		return all[i]
	}
	for i := range rows {
		lines = append(lines, st.Text.Base.Render(string(safe.PadRight(cell(left, i), col)))+strings.Repeat(" ", gap)+
			st.Text.Bright.Render(string(cell(right, i))))
	}
	row := ""
	for i, o := range c.answers() {
		mark, style := "  ", st.Dialog.Option
		if i == c.at {
			mark, style = st.Dialog.Mark.Render("▸ "), st.Dialog.OptionSelected
		}
		row += mark + style.Render(string(o.label)) + "   "
	}
	lines = append(lines, "", row)
	return dialog.Frame("The prompt, rewritten", lines, col*2+gap, st)
}
