// Package keys describes every key once. Footers, the help screen and the table
// of the README are all made from the same bindings, so they cannot disagree
// with what the program does.
package keys

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/theme"
)

// Binding is one action and its keys.
type Binding struct {
	key.Binding
	// Name identifies the action in tests and settings, such as "submit".
	Name string
	// Group is the heading in the full help, such as "Form".
	Group string
	// Why is the reason the action is unavailable; empty if it is available.
	Why string
	// brief is the description in a footer, "" for that of the help.
	brief string
	// several is set if the hint is for keys of which none can be meant alone.
	several bool
	// kept is set if the binding may not be missing in a narrow footer.
	kept bool
}

// New returns a binding. keys are names as used by Bubble Tea; shown is how the
// help displays them ("ctrl+g", "up/down"), does describes the action. "a s" is
// two keys, the first of which opens a menu; it matches no key press.
func New(name, group string, keys []string, shown, does string) Binding {
	return Binding{Binding: key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does)), Name: name, Group: group}
}

// Brief returns the binding with a short description for the footer.
func (b Binding) Brief(does string) Binding {
	b.brief = does
	return b
}

// Pair returns a hint for two actions that belong together, such as "n p take".
// It matches the keys of both.
func (b Binding) Pair(other Binding, does string) Binding {
	both := New(b.Name, b.Group, append(append([]string{}, b.Keys()...), other.Keys()...), b.Help().Key+" "+other.Help().Key, does)
	both.Why = b.Why
	return both
}

// Any returns the binding as a hint for several keys, of which a click on it
// presses none.
func (b Binding) Any() Binding {
	b.several = true
	return b
}

// Several reports whether the binding is a hint for several keys.
func (b Binding) Several() bool { return b.several }

// Keep returns the binding as one that a narrow footer shows before others.
func (b Binding) Keep() Binding {
	b.kept = true
	return b
}

// Refuse returns the binding marked as unavailable. It still matches, so that
// pressing it can explain why instead of doing nothing.
func (b Binding) Refuse(why string) Binding {
	b.Why = why
	return b
}

// Is reports whether msg is one of the keys of the binding.
func (b Binding) Is(msg tea.KeyPressMsg) bool { return key.Matches(msg, b.Binding) }

// Map is an ordered set of bindings, the most useful first.
type Map []Binding

// Find returns the binding that matches msg.
func (m Map) Find(msg tea.KeyPressMsg) (Binding, bool) {
	for _, b := range m {
		if b.Is(msg) {
			return b, true
		}
	}
	return Binding{}, false
}

// footerGap is the space between two hints of a footer, and mostHints how many it
// has: the most used. More would not be read, and all are found by name.
const footerGap, mostHints = 3, 6

// Hint is a binding in a footer and its cells; To is exclusive.
type Hint struct {
	Binding

	From, To int
}

// Hints returns what a footer of at most width cells shows: at most six hints.
// Those that do not fit are left out whole, from the end, and those of Keep
// last. Those in last come last and are kept if they fit at all, as the others
// are found through them.
func (m Map) Hints(width int, last ...Binding) []Hint {
	kept := Map(last).fitting(width, mostHints)
	room := width
	for _, b := range kept {
		room -= b.hint() + footerGap
	}
	var out []Hint
	x := 0
	for _, b := range append(m.fitting(room, mostHints-len(kept)), kept...) {
		out = append(out, Hint{b, x, x + b.hint()})
		x += b.hint() + footerGap
	}
	return out
}

// Footer returns the line of the hints.
func (m Map) Footer(width int, st *theme.Styles, last ...Binding) string {
	var out []string
	for _, h := range m.Hints(width, last...) {
		out = append(out, st.Footer.Key.Render(h.Help().Key)+" "+st.Footer.Help.Render(h.words()))
	}
	return strings.Join(out, strings.Repeat(" ", footerGap))
}

// fitting returns the available bindings that fit side by side in that many
// cells, at most so many: first those of Keep, then the others up to the first
// that does not fit. Their order stays.
func (m Map) fitting(width, most int) Map {
	in := make([]bool, len(m))
	used, n := -footerGap, 0
	for _, kept := range []bool{true, false} {
		for i, b := range m {
			if b.kept != kept || b.Help().Key == "" || !b.Enabled() || b.Why != "" {
				continue
			}
			if n == most || used+footerGap+b.hint() > width {
				break
			}
			used += footerGap + b.hint()
			in[i] = true
			n++
		}
	}
	var out Map
	for i, b := range m {
		if in[i] {
			out = append(out, b)
		}
	}
	return out
}

// hint returns the width of a binding in a footer, in cells.
func (b Binding) hint() int {
	return ansi.StringWidth(b.Help().Key) + 1 + ansi.StringWidth(b.words())
}

// words returns the description of the binding in a footer.
func (b Binding) words() string {
	if b.brief != "" {
		return b.brief
	}
	return b.Help().Desc
}

// First returns all bindings, those of group before the others.
func (m Map) First(group string) Map {
	var front, rest Map
	for _, b := range m {
		if b.Group == group {
			front = append(front, b)
		} else {
			rest = append(rest, b)
		}
	}
	return append(front, rest...)
}

// Groups returns the headings in order of first use.
func (m Map) Groups() []string {
	var out []string
	seen := map[string]bool{}
	for _, b := range m {
		if !seen[b.Group] {
			seen[b.Group] = true
			out = append(out, b.Group)
		}
	}
	return out
}

// Markdown returns the tables for the README, one per group.
func (m Map) Markdown() string {
	var b strings.Builder
	for i, g := range m.Groups() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "**%s**\n\n| Key | Does |\n|---|---|\n", cell(g))
		for _, bind := range m {
			if h := bind.Help(); bind.Group == g && h.Key != "" {
				fmt.Fprintf(&b, "| `%s` | %s |\n", cell(h.Key), cell(h.Desc))
			}
		}
	}
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
