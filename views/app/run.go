package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	xterm "github.com/charmbracelet/x/term"

	"seedreel/state/engine"
	"seedreel/state/frames"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/views/keymap"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Terminal is the terminal that the program runs on.
type Terminal struct {
	In     io.Reader
	Out    io.Writer
	Getenv func(string) string
	Now    func() time.Time
	Zone   *time.Location
	// Host is the address of this machine for other machines, such as me@box; if
	// it is "", the system is asked.
	Host string
	// Extra are options for tests.
	Extra []tea.ProgramOption

	// blocked is set once the terminal takes no output.
	blocked bool
}

const (
	// fps is the frame rate if the renderer's pace cannot be changed while it
	// runs; see term.Pace.
	fps = 30
)

// The window's title is kept on the terminal's own stack while the screens set
// theirs (xterm's window operations 22 and 23).
const (
	pushTitle = "\x1b[22;2t"
	popTitle  = "\x1b[23;2t"
)

// say writes a line after the screens are gone.
func (t *Terminal) say(line string) { t.write(line + "\n") }

// write writes to the terminal, which may be gone too, unless it is blocked.
func (t *Terminal) write(s string) {
	if !t.blocked {
		_, _ = io.WriteString(t.Out, s)
	}
}

// state returns the mode of the terminal, or nil.
func (t *Terminal) state() *xterm.State {
	f, ok := t.In.(xterm.File)
	if !ok {
		return nil
	}
	was, err := xterm.GetState(f.Fd())
	if err != nil {
		return nil
	}
	return was
}

// restore brings back a mode.
func (t *Terminal) restore(was *xterm.State) {
	if f, ok := t.In.(xterm.File); ok && was != nil {
		_ = xterm.Restore(f.Fd(), was) // the terminal may be gone
	}
}

// Build makes the root model over an engine.
func Build(ctx context.Context, e *engine.Engine, t Terminal) (*Model, error) {
	draft, err := e.Store.LoadDraft(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the draft: %w", err)
	}
	last, err := e.Store.LastModel(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	s := &studio.Studio{
		LastModel: last, Ctx: ctx, Now: t.Now, Zone: t.Zone, Catalogue: e.Catalogue, Rules: e.Rules, Store: e.Store, Queue: e.Queue, Money: e.Account, Desk: e.Desk,
		Settings: e.Settings, Paths: e.Paths, Getenv: t.Getenv, Look: e.Look, Keys: keymap.New(),
	}
	s.Home, s.Host = settings.Home(t.Getenv), t.Host
	if s.Host == "" {
		s.Host = host(t.Getenv)
	}
	s.Account = func(provider string) safe.String {
		if addr, ok := e.Services.Loopback(provider); ok {
			return "SIMULATOR at " + safe.Line(addr)
		}
		return ""
	}
	var notices []safe.String
	for _, n := range e.Notices {
		notices = append(notices, safe.Line(n))
	}
	return New(Options{
		Studio: s, Services: e.Services, Draft: draft, Notices: notices,
		ModelsFile: e.ModelsFile,
		Frames:     frames.Installed(), Stills: filepath.Join(e.Paths.State, "stills"),
	}), nil
}

// Run shows the program until the person leaves or ctx ends, and on the way out
// writes what continues without it.
func Run(ctx context.Context, e *engine.Engine, t Terminal) error {
	// Leaving by a key must end what runs, as a signal does.
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	m, err := Build(ctx, e, t)
	if err != nil {
		return err
	}
	m.o.Waiting = func() { t.say("Waiting for the answer to what was just sent, 15 seconds at most.") }
	size, quit := &term.Size{}, make(chan struct{})
	in, out := term.Watched(t.In, t.Out, leave)
	opts := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithFPS(fps), tea.WithoutSignalHandler(),
		tea.WithFilter(func(m tea.Model, msg tea.Msg) tea.Msg {
			if _, ok := msg.(tea.QuitMsg); ok {
				close(quit) // it ends the loop
			}
			return size.Filter(m, msg)
		}),
	}
	if p, ok := term.Probe(t.Getenv).Profile(); ok {
		opts = append(opts, tea.WithColorProfile(p))
	}
	prog := tea.NewProgram(&witness{m, e.Log.Logger()}, append(opts, t.Extra...)...)
	m.pace, m.stops = term.NewPace(prog), term.FollowStops(prog)
	size.Of(prog)
	was := t.state()
	pushed := m.s.Env.Queryable()
	if pushed {
		t.write(pushTitle)
	}
	err = screens(ctx, quit, prog)
	m.pace.Stop()
	size.Stop()
	m.stops.Close()
	if errors.Is(err, errBlocked) {
		e.Log.Logger().Warn("the terminal takes no output; it is left as it is")
		t.restore(was)
		t.blocked, err = true, nil
	}
	if pushed {
		t.write(popTitle)
	}
	t.write(m.s.Env.Unfollow()) // for signals and panics; the terminal may be gone
	if errors.Is(err, tea.ErrProgramKilled) && !errors.Is(err, tea.ErrProgramPanic) && (ctx.Err() != nil || errors.Is(err, syscall.EIO)) {
		err = nil // a signal came or the line dropped: that is a way to leave
	}
	if err != nil {
		e.Log.Logger().Error("the screens broke down", "err", err)
	}
	leave()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWait)
	defer cancel()
	open, finishErr := m.Finish(last)
	err = errors.Join(err, finishErr)
	if s := words.Farewell(open); s != "" {
		t.say(s)
	}
	return err
}

// errBlocked is returned by screens that could not leave the terminal.
var errBlocked = errors.New("the terminal takes no output")

// lastWrite is how long the screens may take to leave the terminal. A line that
// hangs blocks every write to it for ever, and jobs have to be stored.
const lastWrite = 2 * time.Second

// screens runs the program until it ends, or has not left the terminal lastWrite
// after the end of ctx or its own.
func screens(ctx context.Context, quit <-chan struct{}, prog *tea.Program) error {
	ended := make(chan error, 1)
	go func() {
		_, err := prog.Run()
		ended <- err
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	case <-quit:
	}
	late := time.NewTimer(lastWrite)
	defer late.Stop()
	select {
	case err := <-ended:
		return err
	case <-late.C:
		return errBlocked
	}
}

// host returns this machine in scp form, user@host.
func host(getenv func(string) string) string {
	name, err := os.Hostname()
	if err != nil {
		name = "host"
	}
	if user := getenv("USER"); user != "" {
		return user + "@" + name
	}
	return name
}
