// Package cli is the program as plain lines and JSON: for scripts, for pipes
// and for screen readers. It does the same steps as the screens, writes no
// escape code where the output is no terminal, and never starts the screens by
// itself but for the bare command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/state/engine"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// Exit codes. They are part of the interface and never change their meaning.
const (
	ExitOK           = 0
	ExitTrouble      = 1
	ExitUsage        = 2
	ExitInvalid      = 3
	ExitNoKey        = 4
	ExitNoFunds      = 5
	ExitModeration   = 6
	ExitFailed       = 7
	ExitTimedOut     = 8
	ExitUncertain    = 9
	ExitInterruption = 130
)

// Options is the world around a command.
type Options struct {
	Args    []string
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Getenv  settings.Env
	Now     func() time.Time
	Zone    *time.Location
	Version string
	// Screens runs the full-screen program.
	Screens func(ctx context.Context, e *engine.Engine) error
	// Terminal tells that both input and output are a terminal that can show
	// the screens, and if not, why.
	Terminal func() (ok bool, why string)
}

// exitError carries an exit code through cobra.
type exitError struct {
	code int
	text string
}

// Error is what a person reads on standard error.
func (e *exitError) Error() string { return e.text }

func exit(code int, format string, a ...any) error {
	return &exitError{code: code, text: fmt.Sprintf(format, a...)}
}

// Run carries out one command line and returns the exit code.
func Run(ctx context.Context, o Options) int {
	c := &commands{o: o}
	root := c.root()
	root.SetArgs(o.Args)
	root.SetIn(o.In)
	root.SetOut(o.Out)
	root.SetErr(o.Err)
	err := fang.Execute(ctx, root, fang.WithVersion(o.Version), fang.WithErrorHandler(func(w io.Writer, _ fang.Styles, err error) {
		// An exit without words was explained already.
		if s := said(err); s != "" {
			_, _ = fmt.Fprintln(w, s) // nothing is left to tell it to
		}
	}))
	return code(ctx, err)
}

func said(err error) string {
	if e, ok := errors.AsType[*exitError](err); ok {
		return string(safe.Lines(e.text))
	}
	if errors.Is(err, context.Canceled) {
		return ""
	}
	return string(words.Error(err))
}

func code(ctx context.Context, err error) int {
	switch e, ok := errors.AsType[*exitError](err); {
	case err == nil:
		return ExitOK
	case ok:
		return e.code
	case ctx.Err() != nil:
		return ExitInterruption
	}
	switch client.KindOf(err) {
	case client.KindUnauthorized:
		return ExitNoKey
	case client.KindNoFunds:
		return ExitNoFunds
	case client.KindInvalid:
		return ExitInvalid
	case client.KindModeration:
		return ExitModeration
	case client.KindUncertain:
		return ExitUncertain
	default:
		return ExitTrouble
	}
}

type commands struct{ o Options }

func (c *commands) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "seedreel",
		Short: "A terminal studio for Seedance videos",
		Long: "seedreel opens the studio: write a prompt, see the price, submit, watch the jobs, keep the clips.\n" +
			"Without a key everything goes to a simulator in the program itself, and nothing is billed.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return exit(ExitUsage, "seedreel: there is no command %q; seedreel --help lists them", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if ok, why := c.o.Terminal(); !ok {
				return exit(ExitUsage, "seedreel: %s; seedreel --help lists the commands that work without one", why)
			}
			return c.with(cmd, func(e *engine.Engine) error { return c.o.Screens(cmd.Context(), e) })
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exit(ExitUsage, "seedreel: %v", err) })
	root.AddCommand(c.submit(), c.jobs(), c.wait(), c.simulate())
	return root
}

// with opens the engine for one command and closes it afterwards.
func (c *commands) with(cmd *cobra.Command, do func(*engine.Engine) error) (err error) {
	e, err := engine.Open(cmd.Context(), engine.Options{Getenv: c.o.Getenv, Now: c.o.Now, Version: c.o.Version, Zone: c.o.Zone})
	if err != nil {
		return exit(ExitTrouble, "seedreel: %s", words.Error(err))
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	return do(e)
}

// tell writes a line of progress to standard error.
func (c *commands) tell(format string, a ...any) {
	_, _ = fmt.Fprintf(c.o.Err, format+"\n", a...) // progress that cannot be told is no failure
}
