package term

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Follow queries the background of the terminal, and requests a report when it
// changes between dark and light: mode 2031, which kitty, Ghostty, foot,
// Contour and newer versions of VTE and tmux know; others ignore it. It returns
// nil if the terminal cannot be queried or colours are off.
func (e Env) Follow() tea.Cmd {
	if !e.Queryable() || e.NoColor {
		return nil
	}
	return tea.Batch(tea.RequestBackgroundColor, tea.Raw(ansi.SetModeLightDark))
}

// Unfollow returns the sequence that ends the reports of Follow, "" if there
// are none: the next program on the terminal would read them as keys.
func (e Env) Unfollow() string {
	if !e.Queryable() || e.NoColor {
		return ""
	}
	return ansi.ResetModeLightDark
}

// Aside returns a command that turns the reports off and then runs over, which
// hands the terminal to another program.
func (e Env) Aside(over tea.Cmd) tea.Cmd {
	if s := e.Unfollow(); s != "" {
		return tea.Sequence(tea.Raw(s), over)
	}
	return over
}
