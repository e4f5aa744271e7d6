package term

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Follow asks for the background of the terminal, and to be told when it turns
// from dark to light or back: mode 2031, which kitty, Ghostty, foot, Contour
// and newer versions of VTE and tmux know; others leave it alone. It is nil
// where nothing may be asked or colours are off.
func (e Env) Follow() tea.Cmd {
	if !e.Queryable() || e.NoColor {
		return nil
	}
	return tea.Batch(tea.RequestBackgroundColor, tea.Raw(ansi.SetModeLightDark))
}

// Unfollow is the sequence that ends what Follow asked for, "" when there is
// nothing to end: whoever gets the terminal next would read the news as keys.
func (e Env) Unfollow() string {
	if !e.Queryable() || e.NoColor {
		return ""
	}
	return ansi.ResetModeLightDark
}

// Aside hands the terminal over by a command, with nothing left on.
func (e Env) Aside(over tea.Cmd) tea.Cmd {
	if s := e.Unfollow(); s != "" {
		return tea.Sequence(tea.Raw(s), over)
	}
	return over
}
