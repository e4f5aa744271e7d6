// Package term deals with terminals: what the environment reveals about them,
// the clipboard, the editor, suspending, and opening things.
//
// Decisions that depend on the environment are pure functions of a getenv, so
// that tests and SSH sessions can supply their own.
package term

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Env is what the environment reveals about the terminal.
type Env struct {
	Term    string
	Tmux    bool // inside tmux
	Screen  bool // inside GNU screen
	SSH     bool // the terminal is on another machine
	Dumb    bool // cannot move the cursor: plain lines only
	NoColor bool // NO_COLOR is set to anything
	Display bool // a desktop of this machine can show things
}

// Probe reads the environment.
func Probe(getenv func(string) string) Env {
	t := getenv("TERM")
	e := Env{Term: t}
	e.Tmux = getenv("TMUX") != ""
	e.Screen = getenv("STY") != "" || !e.Tmux && strings.HasPrefix(t, "screen")
	// One of the three is often missing, as sudo and tmux each drop some.
	e.SSH = getenv("SSH_TTY") != "" || getenv("SSH_CONNECTION") != "" || getenv("SSH_CLIENT") != ""
	e.Dumb = t == "dumb"
	// The library parses the value as a boolean and misses NO_COLOR=yes.
	e.NoColor = getenv("NO_COLOR") != ""
	e.Display = getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != ""
	return e
}

// Queryable reports whether the terminal can be queried. The Linux console and
// old terminals print what they do not understand.
func (e Env) Queryable() bool {
	return e.Term != "" && !e.Dumb && e.Term != "linux" && !strings.HasPrefix(e.Term, "vt")
}

// Profile returns the colour profile to force; ok is false if the program
// should detect it.
func (e Env) Profile() (p colorprofile.Profile, ok bool) {
	if e.NoColor || e.Dumb {
		return colorprofile.ASCII, true
	}
	return 0, false
}

// Ask returns the queries that Bubble Tea does not send by itself: which
// colours the terminal keeps (DECRQSS, the background that was just set), and
// over SSH whether frames may be drawn at once (mode 2026) and whether there
// are more than 256 colours, as SSH does not pass on COLORTERM. Replies arrive
// as ordinary messages; the library acts on that about frames, Upgrade and
// Keeps on those about colours.
func (e Env) Ask() tea.Cmd {
	if !e.Queryable() {
		return nil
	}
	var ask []tea.Cmd
	if e.SSH {
		ask = append(ask, tea.Raw(ansi.RequestModeSynchronizedOutput))
	}
	if e.SSH && !e.NoColor {
		ask = append(ask, tea.RequestCapability("RGB"))
	}
	if !e.NoColor && !e.Tmux && !e.Screen {
		ask = append(ask, tea.Raw(askColours))
	}
	return tea.Batch(ask...)
}

// askColours sets a background by its 24 bits, requests the attributes that are
// set, and takes them away.
const askColours = "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m"

// Keeps acts on the reply to DECRQSS, which shows what became of a background
// of 24 bits: xterm and kitty keep it, mlterm has the nearest of 256 colours.
// The default of xterm's own name would be 16. It returns nil if the reply is
// about something else, or shows no more than the profile has.
func (e Env) Keeps(reply string, has colorprofile.Profile) tea.Cmd {
	set, ok := strings.CutPrefix(reply, "\x1bP1$r")
	if !ok || e.NoColor {
		return nil
	}
	set = strings.ReplaceAll(set, ":", ";")
	p := colorprofile.Unknown
	switch {
	case strings.Contains(set, "48;2;1;2;3"), strings.Contains(set, "48;2;;1;2;3"):
		p = colorprofile.TrueColor
	case strings.Contains(set, "48;5;"):
		p = colorprofile.ANSI256
	}
	if p <= has {
		return nil
	}
	return func() tea.Msg { return tea.ColorProfileMsg{Profile: p} }
}

// Upgrade acts on the reply about colours, which the library ignores: it knows
// "RGB" without a value, and most terminals answer "RGB=8" or "RGB=8/8/8".
func (e Env) Upgrade(msg tea.CapabilityMsg) tea.Cmd {
	if e.NoColor || !strings.HasPrefix(msg.Content, "RGB=") {
		return nil
	}
	return func() tea.Msg { return tea.ColorProfileMsg{Profile: colorprofile.TrueColor} }
}
