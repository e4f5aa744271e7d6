// Package app is the one Bubble Tea model of the program: it routes messages,
// lays out pages, stacks dialogs and runs the queue's steps as commands. Each
// screen keeps its own content and state; this package only connects them.
package app

import (
	"strconv"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"seedreel/client/secret"
	"seedreel/state/frames"
	"seedreel/state/media"
	"seedreel/state/services"
	"seedreel/ui/dialog"
	"seedreel/ui/layout"
	"seedreel/ui/picture"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/page"
	"seedreel/views/pump"
	"seedreel/views/stills"
	"seedreel/views/studio"
)

// Options holds the parts of the program. Everything in Studio must be set
// except Styles.
type Options struct {
	Studio *studio.Studio
	// Services holds the keys and can be reloaded after one was entered.
	Services *services.Services
	// Draft is the stored draft; it may be nil.
	Draft []byte
	// Notices are shown once at the start, such as a database that was moved
	// aside or jobs that became uncertain.
	Notices []safe.String
	// Waiting is called when leaving takes a while because a request that may be
	// billed has not been answered. It may be nil.
	Waiting func()
	// Frames extracts pictures from clips; it is nil without ffmpeg. Stills is
	// the folder that keeps them.
	Frames *frames.Tool
	Stills string
	// ModelsFile returns the file that keeps a service's models.
	ModelsFile func(provider string) string
}

// Model is the root model.
type Model struct {
	s *studio.Studio
	o Options

	// places are the pages, rooms the parts that work behind them, and actions
	// what keys do on all of them.
	places  []place
	rooms   []room
	actions []action
	// at is the open page, and trail the pages from which it was opened, if it
	// has no name.
	at    int
	trail []int
	// started is the command of the first page, run when the program starts.
	started tea.Cmd

	dialogs *dialog.Stack
	toasts  *toast.Tray
	caps    *picture.Caps
	layout  layout.Layout
	// pump drives the queue.
	pump *pump.Pump
	// focusTold is set once the terminal has reported its focus.
	focusTold bool
	// backdrop is the background that the terminal has reported.
	backdrop struct{ known, dark bool }
	quitting bool
	pace     *term.Pace
	stops    *term.Stops
	// drawn is the last frame, kept until a message may have changed it. Bubble
	// Tea asks for a frame after every message, and most heartbeats change
	// nothing.
	drawn *tea.View
}

// New returns the root model. Nothing is read or sent before Init.
func New(o Options) *Model {
	s := o.Studio
	env := term.Probe(s.Getenv)
	m := &Model{s: s, o: o, dialogs: dialog.NewStack(s.Now), toasts: toast.New(s.Now)}
	s.Services, s.Env, s.Seen = o.Services, &env, true
	s.Dialogs, s.Toasts = m.dialogs, m.toasts
	s.Open, s.Tell = m.open, m.tell
	m.caps = picture.NewCaps(picture.Choice(s.Settings.Images), env)
	s.Album = picture.NewAlbum(m.caps)
	s.Album.Upright(func(path string) int { return int(media.TurnOf(path)) })
	s.Shown = m.visible
	s.Stills = stills.New(stills.Options{
		Ctx: s.Ctx, Now: s.Now, Album: s.Album, Caps: m.caps, Tool: o.Frames, Dir: o.Stills,
		Asks: s.Env.Queryable, On: func() bool { return s.Settings.Stills },
	})
	m.restyle()
	m.pump = pump.New(s)
	m.account()
	m.furnish()
	m.started = m.focus()
	return m
}

// Init starts the pages, the queue and the heartbeat.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.started}
	for _, p := range m.places {
		if x, ok := p.Page.(page.Starter); ok {
			cmds = append(cmds, x.Init())
		}
	}
	for _, r := range m.rooms {
		if x, ok := r.(page.Starter); ok {
			cmds = append(cmds, x.Init())
		}
	}
	cmds = append(cmds, m.pump.Init(), m.s.ReadToday(), m.s.Env.Ask(), m.s.Env.Follow(), m.caps.Probe(m.s.Ctx, secret.Command))
	for _, n := range m.o.Notices {
		cmds = append(cmds, m.say(toast.Warn, n))
	}
	return tea.Batch(cmds...)
}

// account finds out where requests go.
func (m *Model) account() {
	m.s.Practice = m.o.Services.Practice()
	m.s.Ready = m.ready
}

func (m *Model) ready(provider string) (ok bool, why safe.String) {
	err := m.o.Services.Ready(provider)
	if err == nil {
		return true, ""
	}
	return false, m.s.NoKey(provider, err)
}

// backdropIs records the terminal's background.
func (m *Model) backdropIs(dark bool) {
	if m.backdrop.known && m.backdrop.dark == dark {
		return
	}
	m.backdrop.known, m.backdrop.dark = true, dark
	m.restyle()
}

// restyle rebuilds all styles.
func (m *Model) restyle() {
	name := m.s.Settings.Theme
	if m.s.Env.NoColor {
		name = "none"
	}
	p := theme.Choose(name, m.backdrop.known, m.backdrop.dark)
	if m.caps.Profile() <= colorprofile.ANSI {
		p = p.In16()
	}
	m.s.Styles = theme.New(p)
	for _, p := range m.places {
		if x, ok := p.Page.(page.Styled); ok {
			x.Restyle()
		}
	}
}

// title returns the window's title: how many jobs are under way.
func (m *Model) title() string {
	c := m.s.Live.Counts()
	s := "seedreel"
	if c.Needs > 0 {
		s += ": " + strconv.Itoa(c.Needs) + " need you"
	} else if n := c.Running + c.Waiting; n > 0 {
		s += ": " + strconv.Itoa(n) + " under way"
	}
	return s
}
