package dialog

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/theme"
)

func TestAMenuIsChosenByLetterOrPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys, did string
		open      bool
	}{
		"a letter":             {"s", "seed", false},
		"enter":                {"\r", "reuse", false},
		"down and enter":       {"v\r", "seed", false},
		"around the top":       {"^\r", "", true}, // the last one is not available
		"not available":        {"f", "", true},
		"a letter of no entry": {"y", "", true},
		"esc":                  {"\x1b", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			did := ""
			do := func(what string) Action { return func() tea.Cmd { did = what; return nil } }
			m := &Menu{Name: "again", Title: "Again, but", Entries: []Entry{
				{Key: "r", Label: "in the form", Right: "$0.08", Do: do("reuse")},
				{Key: "s", Label: "new seed", Do: do("seed")},
				{Key: "f", Label: "final", Why: "finals are made of picks", Do: do("final")},
			}}
			s := NewStack(time.Now)
			s.Push(m)
			for _, k := range c.keys {
				s.Update(map[rune]tea.KeyPressMsg{
					'\r': {Code: tea.KeyEnter}, 'v': {Code: tea.KeyDown}, '^': {Code: tea.KeyUp}, '\x1b': {Code: tea.KeyEscape},
				}[k])
				if k != '\r' && k != 'v' && k != '^' && k != '\x1b' {
					s.Update(tea.KeyPressMsg{Code: k, Text: string(k)})
				}
			}
			if did != c.did || s.Empty() == c.open {
				t.Errorf("it did %q, and is open: %v", did, !s.Empty())
			}
		})
	}
}

func TestAMenuFitsSmallScreens(t *testing.T) {
	t.Parallel()
	m := &Menu{Title: "Again, but", Body: "“a lake”"}
	for i := range 12 {
		m.Entries = append(m.Entries, Entry{Key: string(rune('a' + i)), Label: "a longer label of an entry that may be cut", Right: "$0.08"})
	}
	for range 11 {
		m.move(1)
	}
	st := theme.New(theme.Choose("dark", true, true))
	for _, size := range [][2]int{{80, 24}, {40, 12}, {30, 10}} {
		lines := strings.Split(m.View(size[0], size[1], st), "\n")
		if len(lines) > size[1] || !strings.Contains(ansi.Strip(strings.Join(lines, "\n")), "▸ l") {
			t.Errorf("%v: %d lines of\n%s", size, len(lines), ansi.Strip(strings.Join(lines, "\n")))
		}
		for _, l := range lines {
			if n := ansi.StringWidth(l); n > size[0] {
				t.Errorf("%v: %d cells: %s", size, n, ansi.Strip(l))
			}
		}
	}
}
