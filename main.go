// Command seedreel is a terminal studio for Seedance videos.
//
// It reads the command line, has views/cli run it, and exits with its status.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"

	"seedreel/state/engine"
	terminals "seedreel/ui/term"
	"seedreel/views/app"
	"seedreel/views/cli"
	"seedreel/views/linear"
)

// lastWrite is how long output may be blocked once a signal ends the program.
const lastWrite = 2 * time.Second

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer stop()
	// The first ctrl+c lets a request that may be paid for finish, the second
	// does not. A second SIGHUP is common and ignored.
	defer context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt, syscall.SIGQUIT) })()
	out, errs := terminals.Bound(ctx, os.Stdout, lastWrite), terminals.Bound(ctx, os.Stderr, lastWrite)
	return cli.Run(ctx, cli.Options{
		Args: os.Args[1:], In: os.Stdin, Out: out, Err: errs,
		Getenv: os.Getenv, Now: time.Now, Zone: time.Local, Version: version(),
		Screens: func(ctx context.Context, e *engine.Engine) error {
			return app.Run(ctx, e, app.Terminal{In: os.Stdin, Out: os.Stdout, Getenv: os.Getenv, Now: time.Now, Zone: time.Local})
		},
		Lines: func(ctx context.Context, e *engine.Engine) error {
			return linear.Run(ctx, e, linear.Options{In: os.Stdin, Out: out, Getenv: os.Getenv, Now: time.Now, Zone: time.Local})
		},
		Terminal: terminal,
	})
}

// terminal reports whether the screens can be shown, and if not, why.
func terminal() (ok bool, why string) {
	if !term.IsTerminal(os.Stdin.Fd()) || !term.IsTerminal(os.Stdout.Fd()) {
		return false, "input and output must be a terminal for the screens"
	}
	return true, ""
}

// version returns the module's version, or "dev" for a build from a checkout.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}
