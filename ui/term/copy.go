package term

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/safe"
)

// CopiedMsg describes the result of a copy in words. No terminal reports
// whether it took the text, so the words promise no more than was done.
type CopiedMsg struct {
	// What names the copied text, such as "the link".
	What  safe.String
	Words safe.String
	Err   error
}

// Copying is a text to copy to the clipboard.
type Copying struct {
	Text string
	// What names the text in words.
	What safe.String
	// File, unless empty, receives the text if the clipboard does not take it.
	File string
}

// maxOSC52 is what all terminals take: xterm cuts at 100,000 bytes of base64.
const maxOSC52 = 74_000

// Copy sends text to the clipboard of the terminal, wherever that is. In tmux
// the text goes through tmux itself, because its default settings drop the
// sequence of programs inside it.
//
// Text that the clipboard cannot take goes into a file.
func Copy(ctx context.Context, program Program, env Env, c Copying) tea.Cmd {
	if env.Tmux {
		return func() tea.Msg { return copyTmux(ctx, program, c) }
	}
	if len(c.Text) > maxOSC52 {
		return func() tea.Msg {
			err := fmt.Errorf("copying %d bytes: terminals take %d", len(c.Text), maxOSC52)
			return c.otherwise("it is too long for the terminal's clipboard", err)
		}
	}
	words := safe.String("sent to the terminal's clipboard")
	if env.Screen {
		words = "sent to the terminal's clipboard; GNU screen may drop it"
	}
	return tea.Sequence(tea.SetClipboard(c.Text), func() tea.Msg { return CopiedMsg{What: c.What, Words: words} })
}

// otherwise writes the text to the file, as the clipboard did not take it.
func (c *Copying) otherwise(why safe.String, err error) CopiedMsg {
	if c.File == "" {
		return CopiedMsg{What: c.What, Words: why, Err: err}
	}
	if werr := os.WriteFile(c.File, []byte(c.Text+"\n"), 0o600); werr != nil {
		return CopiedMsg{What: c.What, Words: why, Err: errors.Join(err, fmt.Errorf("writing the copy to a file: %w", werr))}
	}
	return CopiedMsg{What: c.What, Words: "into " + safe.Line(c.File) + ", as " + why}
}

func copyTmux(ctx context.Context, program Program, c Copying) CopiedMsg {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	cmd := program(ctx, "tmux", "load-buffer", "-w", "-")
	cmd.Stdin = strings.NewReader(c.Text)
	if out, err := cmd.CombinedOutput(); err != nil {
		why := safe.Line(strings.TrimSpace("tmux did not take it " + string(out)))
		return c.otherwise(why, fmt.Errorf("loading the tmux buffer: %w", err))
	}
	return CopiedMsg{What: c.What, Words: "in the tmux buffer, and sent to the terminal's clipboard"}
}
