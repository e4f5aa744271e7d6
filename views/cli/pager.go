package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"seedreel/client/secret"
	terminals "seedreel/ui/term"
)

// pages returns the commands whose output may be long, by their path. They ask
// nothing and write all at once.
func pages() []string {
	return []string{"history", "jobs", "show", "costs", "models", "models list", "models show", "settings", "settings list", "reel show", "help"}
}

// longOutput collects what is written to a terminal, to show it in a pager if
// it is longer than the screen. It is a terminal like the one below it.
type longOutput struct {
	bytes.Buffer
	to io.Writer
	fd uintptr
}

// Fd returns the descriptor of the terminal.
func (l *longOutput) Fd() uintptr { return l.fd }

// paged has the output of a command paged from here on, where a person reads it.
func (c *commands) paged(cmd *cobra.Command) {
	fd, ok := terminal(c.o.Out)
	if !ok || c.long != nil || c.json || c.o.Getenv("TERM") == "dumb" || c.pager() == nil {
		return
	}
	if f := cmd.Flags().Lookup("watch"); f != nil && f.Changed {
		return
	}
	path := strings.TrimSpace(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()))
	for _, p := range pages() {
		if p == path {
			c.long = &longOutput{to: c.o.Out, fd: fd}
			c.o.Out = c.long
			return
		}
	}
}

// pager returns the command line of the person's pager, or nil for none.
func (c *commands) pager() []string {
	line := c.o.Getenv("SEEDREEL_PAGER")
	if line == "" {
		line = c.o.Getenv("PAGER")
	}
	if line == "" {
		line = "less"
	}
	words := strings.Fields(line)
	if len(words) == 0 || words[0] == "cat" {
		return nil
	}
	return words
}

// showLong writes what was collected: in the pager, or at once if it fits on
// the screen or there is no pager.
func (c *commands) showLong(ctx context.Context) error {
	if c.long == nil {
		return nil
	}
	l := c.long
	c.long, c.o.Out = nil, l.to
	_, height, err := term.GetSize(l.fd)
	words := c.pager()
	if err != nil || ctx.Err() != nil || bytes.Count(l.Bytes(), []byte("\n")) < height {
		words = nil
	}
	if words != nil {
		if _, err := exec.LookPath(words[0]); err != nil {
			words = nil
		}
	}
	if words == nil {
		_, err := l.to.Write(l.Bytes())
		return err
	}
	run := secret.Foreground(ctx, words[0], words[1:]...)
	run.Stdin, run.Stdout, run.Stderr = &l.Buffer, terminals.Bare(l.to), terminals.Bare(c.o.Err)
	if c.o.Getenv("LESS") == "" {
		run.Env = append(run.Env, "LESS=FRX") // colours pass, short texts need no key
	}
	err = run.Run()
	if _, quit := errors.AsType[*exec.ExitError](err); quit {
		return nil // the reader's choice
	}
	return err
}
