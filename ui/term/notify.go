package term

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/safe"
)

// Notify returns the sequence that draws attention to an unattended window: a
// bell, and with it a notification in the form the terminal supports. brand is
// its answer to XTVERSION, "" if there was none. Inside tmux it is only the
// bell, which tmux passes on.
func (e Env) Notify(brand string, title, text safe.String) string {
	const bell = "\a"
	if e.Tmux {
		return bell
	}
	b := strings.ToLower(brand)
	switch {
	case strings.HasPrefix(b, "kitty"):
		// The title is a separate part, and the body ends the notification.
		return bell + ansi.DesktopNotification(string(title), "i=seedreel:d=0") + ansi.DesktopNotification(string(text), "i=seedreel:p=body")
	case strings.HasPrefix(b, "vte"), strings.HasPrefix(b, "foot"), strings.HasPrefix(e.Term, "rxvt"), strings.HasPrefix(e.Term, "foot"):
		// OSC 777 of urxvt separates its parts by semicolons.
		part := func(s safe.String) string { return strings.ReplaceAll(string(s), ";", ",") }
		return bell + "\x1b]777;notify;" + part(title) + ";" + part(text) + "\x1b\\"
	}
	return bell + ansi.Notify(string(text))
}
