package term

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/safe"
)

// CopiedMsg says in words what became of a copy. No terminal reports whether
// it took the text, so the words promise no more than was done.
type CopiedMsg struct {
	Words safe.String
	Err   error
}

// maxOSC52 is what terminals take at least: xterm cuts at 100,000 bytes of
// base64.
const maxOSC52 = 74_000

// Copy sends text to the clipboard of the terminal, wherever that is. In tmux
// the text goes through tmux itself, because its default settings drop the
// sequence of programs inside it.
func Copy(ctx context.Context, env Env, text string) tea.Cmd {
	if env.Tmux {
		return func() tea.Msg { return copyTmux(ctx, text) }
	}
	if len(text) > maxOSC52 {
		err := fmt.Errorf("copying %d bytes: terminals take %d", len(text), maxOSC52)
		return func() tea.Msg { return CopiedMsg{"too long for the terminal's clipboard", err} }
	}
	words := safe.String("sent to the terminal's clipboard")
	if env.Screen {
		words = "sent to the terminal's clipboard; GNU screen may drop it"
	}
	return tea.Sequence(tea.SetClipboard(text), func() tea.Msg { return CopiedMsg{Words: words} })
}

func copyTmux(ctx context.Context, text string) CopiedMsg {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tmux", "load-buffer", "-w", "-")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		why := safe.Line(strings.TrimSpace(string(out)))
		return CopiedMsg{"tmux did not take it " + why, fmt.Errorf("loading the tmux buffer: %w", err)}
	}
	return CopiedMsg{Words: "in the tmux buffer, and sent to the terminal's clipboard"}
}
