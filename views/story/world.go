// Package story provides what tests need to use the whole program as a person
// does: a home folder, the real screens on an emulated terminal, sample
// pictures on disk, and a view of what the services were really sent. The
// stories themselves are the package's tests; nothing else imports it.
package story

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/assets"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
	"seedreel/state/engine"
	"seedreel/ui/term"
	"seedreel/ui/uitest"
	"seedreel/views/app"
)

// World is one person's machine: folders, environment and a clock. Several
// sessions may run on it one after the other.
type World struct {
	t    testing.TB
	home string
	env  map[string]string
	// Now is the clock of everything in the world.
	Now func() time.Time
	// pass lets time go by while a session is watched; see Until.
	pass func(s *Session, until func(screen string) bool) string
	// settle lets what was pressed last reach the program.
	settle func()
}

// New returns a world with the simulator at its highest speed. Time is that of
// the package time, which a testing/synctest bubble replaces.
func New(t testing.TB) *World {
	t.Helper()
	w := &World{
		t: t, home: lodging(t), Now: func() time.Time { return time.Now().UTC() },
		pass:   func(s *Session, until func(string) bool) string { return s.WaitFor(until) },
		settle: func() {},
	}
	// The stories are told with a model that has a seed and a camera, and a price
	// that is easy to add up.
	w.env = map[string]string{
		"SEEDREEL_HOME": w.home, "HOME": w.home, "TERM": "xterm-256color", "SEEDREEL_MODEL": "wavespeed:lite-t2v-480p",
	}
	w.Settings("[simulator]\nspeed = 1000\n")
	return w
}

// lodging creates a folder whose path has the same length in every run, so that
// screens which show it have the same layout.
func lodging(t testing.TB) string {
	t.Helper()
	base := "/tmp"
	if _, err := os.Stat(base); err != nil {
		base = t.TempDir()
	}
	for {
		dir := filepath.Join(base, fmt.Sprintf("reel%08x", rand.Uint32()))
		err := os.Mkdir(dir, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		})
		return dir
	}
}

// Home returns the folder that holds everything of the world.
func (w *World) Home() string { return w.home }

// Setenv sets a variable for sessions that start from now on.
func (w *World) Setenv(name, value string) { w.env[name] = value }

// Getenv returns a variable of the world.
func (w *World) Getenv(name string) string { return w.env[name] }

// Settings replaces the settings file.
func (w *World) Settings(toml string) {
	w.t.Helper()
	w.File("config/settings.toml", []byte(toml))
}

// File writes a file below the home folder and returns its path.
func (w *World) File(name string, data []byte) string {
	w.t.Helper()
	path := filepath.Join(w.home, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// Sample writes one of the built-in sample pictures and returns its path.
func (w *World) Sample(name string) string {
	w.t.Helper()
	b, ok := assets.SampleImage(name)
	if !ok {
		w.t.Fatalf("there is no sample picture %q", name)
	}
	return w.File(name, b)
}

// builtIn returns the built-in models, read once for all worlds.
var builtIn = sync.OnceValues(engine.BuiltIn)

// Engine opens everything below the screens, as the program does.
func (w *World) Engine(ctx context.Context) (*engine.Engine, error) {
	cat, err := builtIn()
	if err != nil {
		return nil, err
	}
	return engine.Open(ctx, engine.Options{Getenv: w.Getenv, Now: w.Now, Version: "test", Zone: time.UTC, BuiltIn: cat})
}

// Below is Engine for a test that looks below the screens while no program
// runs; it closes with done.
func (w *World) Below(t testing.TB) (e *engine.Engine, done func()) {
	t.Helper()
	e, err := w.Engine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e, func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Tasks returns all tasks ever sent to the simulator in the program's own
// process.
func (w *World) Tasks() []simulator.Task {
	w.t.Helper()
	cat, err := builtIn()
	if err != nil {
		w.t.Fatal(err)
	}
	sim, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(cat), Dialects: all.Dialects(), Now: w.Now, Journal: filepath.Join(w.home, "state", "simulator.jsonl")})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		if err := sim.Close(); err != nil {
			w.t.Error(err)
		}
	}()
	return sim.Tasks()
}

// Session is the program running on an emulated terminal.
type Session struct {
	*uitest.Term
	Engine *engine.Engine
	Model  *app.Model

	w     *World
	drop  context.CancelFunc
	ended sync.Once
}

// Start runs the program on a screen of the given size in cells, until End or
// the end of the test.
func (w *World) Start(width, height int, opts ...uitest.Options) *Session {
	w.t.Helper()
	// The test's own context ends before its cleanups, which must come first.
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	e, err := w.Engine(ctx)
	if err != nil {
		cancel()
		w.t.Fatal(err)
	}
	m, err := app.Build(ctx, e, app.Terminal{Getenv: w.Getenv, Now: w.Now, Zone: time.UTC, Host: "me@box"})
	if err != nil {
		cancel()
		w.t.Fatal(err)
	}
	var o uitest.Options
	if len(opts) > 0 {
		o = opts[0]
	}
	o.Context = ctx
	if p, ok := term.Probe(w.Getenv).Profile(); ok {
		o.Profile = p // as the program itself
	}
	o.Env = append(o.Env, w.environ()...)
	s := &Session{Engine: e, Model: m, w: w, drop: cancel}
	o.Program = append(o.Program, tea.WithFPS(30)) // as the program itself
	s.Term = uitest.Start(w.t, m, width, height, o)
	// Cleanups run last to first: the session goes before its terminal.
	w.t.Cleanup(s.End)
	s.Until("seedreel")
	return s
}

// rest is longer than any message stays on the screen.
const rest = 6 * time.Second

// environ returns the environment of the library under the screens.
func (w *World) environ() []string {
	var out []string
	for k, v := range w.env {
		out = append(out, k+"="+v)
	}
	return out
}

// End closes the line, as a dropped connection does, and waits until nothing of
// the session runs any more.
func (s *Session) End() {
	s.w.t.Helper()
	s.ended.Do(func() {
		s.w.settle()
		s.drop()
		s.Wait()
		s.close()
	})
}

// Left waits for the program to end on the person's request, and closes it.
func (s *Session) Left() {
	s.w.t.Helper()
	s.Wait()
	s.ended.Do(func() {
		s.drop()
		s.close()
	})
}

func (s *Session) close() {
	s.w.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.w.t.Context()), time.Minute)
	defer cancel()
	if _, err := s.Model.Finish(ctx); err != nil {
		s.w.t.Errorf("leaving: %v", err)
	}
	if err := s.Engine.Close(); err != nil {
		s.w.t.Errorf("closing: %v", err)
	}
}

// Settle waits, in a Bubble, until everything begun is done and the last line
// has no message.
func (s *Session) Settle() {
	s.w.t.Helper()
	time.Sleep(rest)
	s.w.settle()
}

// Until lets time pass until the screen holds all the texts, and returns it.
func (s *Session) Until(texts ...string) string {
	s.w.t.Helper()
	return s.UntilScreen(func(screen string) bool {
		for _, t := range texts {
			if !strings.Contains(screen, t) {
				return false
			}
		}
		return true
	})
}

// UntilGone lets time pass until the screen no longer holds text.
func (s *Session) UntilGone(text string) string {
	s.w.t.Helper()
	return s.UntilScreen(func(screen string) bool { return !strings.Contains(screen, text) })
}

// UntilScreen lets time pass until ok accepts the screen, and returns it.
func (s *Session) UntilScreen(ok func(screen string) bool) string {
	s.w.t.Helper()
	return s.w.pass(s, ok)
}

// Hurry gives the world a clock that a test drives: while a session is watched,
// a second goes by every few milliseconds and the program is told that somebody
// is looking, which makes it ask for what is due.
func (w *World) Hurry() {
	c := clienttest.NewClock(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	w.Now = c.Now
	w.pass = func(s *Session, until func(string) bool) string {
		done := make(chan struct{})
		var passing sync.WaitGroup
		passing.Go(func() {
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-done:
					return
				case <-tick.C:
					c.Add(time.Second)
					s.Send(tea.FocusMsg{})
				}
			}
		})
		defer passing.Wait()
		defer close(done)
		return s.WaitFor(until)
	}
}

// Freeze stops the clock at a moment.
func (w *World) Freeze(at time.Time) { w.Now = clienttest.NewClock(at).Now }
