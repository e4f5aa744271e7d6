// Package app is the one Bubble Tea model of the program: it routes messages,
// lays out, stacks dialogs and runs the queue's steps as commands. What a
// screen shows and knows is the screen's; this package only brings things
// together.
package app

import (
	"strconv"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/services"
	"seedreel/state/store"
	"seedreel/ui/dialog"
	"seedreel/ui/layout"
	"seedreel/ui/picture"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/compose"
	"seedreel/views/costs"
	"seedreel/views/history"
	"seedreel/views/jobs"
	"seedreel/views/player"
	"seedreel/views/studio"
)

// Place is a screen.
type Place int

// The four places, in the order of their keys.
const (
	Compose Place = iota
	Jobs
	History
	Costs
	// Player has no key of its own: it is opened on a clip.
	Player
)

// Options is what the program is made of. Everything in Studio must be set but
// Styles.
type Options struct {
	Studio *studio.Studio
	// Services answers for keys and can be reloaded after one was typed in.
	Services *services.Services
	// Draft is the stored draft, nil when there is none.
	Draft []byte
	// Notices are things that happened before the screen was there, said once:
	// a database moved aside, jobs that became uncertain.
	Notices []safe.String
	// Nonce makes a new name for each confirmation.
	Nonce func() string
	// Waiting is called when leaving takes a while, because a request that may
	// be paid for has not been answered. May be nil.
	Waiting func()
	// Frames takes pictures out of clips, nil without ffmpeg; Stills is the
	// folder that keeps them.
	Frames *frames.Tool
	Stills string
	// ModelsFile is where a service's models are kept.
	ModelsFile func(provider string) string
}

// Model is the root.
type Model struct {
	s   *studio.Studio
	o   Options
	env term.Env

	place   Place
	compose *compose.Screen
	jobs    *jobs.Screen
	history *history.Screen
	costs   *costs.Screen
	player  *player.Screen
	caps    *picture.Caps
	// from is where the player was opened, and where it leads back to.
	from    Place
	dialogs *dialog.Stack
	toasts  *toast.Tray

	layout layout.Layout
	// asked is the submit that waits for an answer to a question.
	asked *order
	pump  pump
	// today is what the day has cost, with what is under way.
	today store.Committed
	// balances are what is left at each service, where it is known.
	balances map[string]usd.Micro
	// keyTests is what each service said to the key that is set, typedKey the
	// service whose key was just typed in.
	keyTests map[string]keyTest
	typedKey string
	// keyTurn tells answers to keys that hold no more from others.
	keyTurn int
	// settingAt is the setting that was changed last.
	settingAt string
	// seen tells that the terminal is looked at, as far as it tells.
	seen bool
	// focusTold is set once the terminal told about its focus at all.
	focusTold bool
	// backdrop is what the terminal said about its background.
	backdrop struct{ known, dark bool }
	browse   browse
	// pageJob is the job whose page is open in a dialog, pageLines writes it.
	pageJob   *job.Job
	pageLines func(width int) []string
	// busy holds back what must not be begun twice.
	busy     struct{ bringing, enhancing bool }
	started  tea.Cmd
	quitting bool
	pace     *term.Pace
	// drawn is the last frame; it holds until a message may have changed it.
	// Bubble Tea asks for a frame after every message, and most heartbeats
	// change nothing.
	drawn *tea.View
}

// browse remembers where files were picked last.
type browse struct {
	role catalogue.Role
	dir  string
}

// New makes the program. Nothing is read or sent before Init.
func New(o Options) *Model {
	m := &Model{s: o.Studio, o: o, env: term.Probe(o.Studio.Getenv), seen: true}
	m.caps = picture.NewCaps(picture.Choice(m.s.Settings.Images), m.env)
	m.s.Album = picture.NewAlbum(m.caps)
	m.restyle()
	m.toasts = toast.New(m.s.Now)
	m.dialogs = dialog.NewStack(m.s.Now)
	m.pump.progress = &progress{by: map[string]queue.Progress{}}
	m.account()
	m.keyTests = map[string]keyTest{}
	m.compose, m.started = compose.New(m.s, o.Draft)
	m.jobs = jobs.New(m.s)
	m.history = history.New(m.s)
	m.costs = costs.New(m.s)
	m.player = player.New(m.s, player.Deps{
		Album: m.s.Album, Caps: m.caps, Tool: o.Frames, Cache: o.Stills, Host: m.s.Host, Slow: m.env.SSH,
	})
	m.balances = map[string]usd.Micro{}
	m.focusPlace()
	return m
}

// Init starts the form, the queue and the heartbeat.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{
		m.started, m.compose.Init(), m.loadJobs(), m.recoverJobs(), costs.Today(m.s), m.history.Refresh(), m.beat(), m.testKeys(),
		m.env.Ask(), m.env.Follow(), m.caps.Probe(m.s.Ctx),
	}
	for _, n := range m.o.Notices {
		cmds = append(cmds, m.toasts.Show(toast.Warn, n, 0))
	}
	return tea.Batch(cmds...)
}

// account says where requests go.
func (m *Model) account() {
	m.s.Practice = m.o.Services.Practice()
	m.s.Ready = m.ready
}

func (m *Model) ready(provider string) (ok bool, why safe.String) {
	err := m.o.Services.Ready(provider)
	if err == nil {
		return true, ""
	}
	return false, m.noKey(provider, err)
}

// backdropIs takes note of the terminal's background.
func (m *Model) backdropIs(dark bool) {
	if m.backdrop.known && m.backdrop.dark == dark {
		return
	}
	m.backdrop.known, m.backdrop.dark = true, dark
	m.restyle()
}

// restyle builds all styles anew.
func (m *Model) restyle() {
	name := m.s.Settings.Theme
	if m.env.NoColor {
		name = "none"
	}
	m.s.Styles = theme.New(theme.Choose(name, m.backdrop.known, m.backdrop.dark))
	if m.compose != nil {
		m.compose.Restyle()
		m.jobs.Restyle()
		m.history.Restyle()
	}
}

// visit goes to a place; its data is read anew.
func (m *Model) visit(p Place) tea.Cmd {
	var left tea.Cmd
	if m.place == Player && p != Player {
		left = m.player.Close()
	}
	m.place = p
	m.toasts.Pass() // what was said of the place goes with it
	m.focusPlace()
	return tea.Batch(left, m.resize(), m.arrive(p))
}

// arrive reads the data of a place anew.
func (m *Model) arrive(p Place) tea.Cmd {
	switch p {
	case History:
		return m.history.Visit()
	case Costs:
		return tea.Batch(m.costs.Refresh(), m.allBalances())
	case Compose, Jobs, Player:
	}
	return nil
}

func (m *Model) focusPlace() {
	m.compose.SetFocused(m.place == Compose)
	m.jobs.SetFocused(m.place == Jobs)
	m.history.SetFocused(m.place == History)
}

// progress is how far transfers are. Steps write it from their goroutines; the
// heartbeat reads it, so a fast line costs no more messages than a slow one.
type progress struct {
	mu sync.Mutex
	by map[string]queue.Progress
}

func (p *progress) set(x queue.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by[x.JobID] = x
}

func (p *progress) drop(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.by, id)
}

func (p *progress) all() map[string]queue.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[string]queue.Progress, len(p.by))
	for k, v := range p.by {
		out[k] = v
	}
	return out
}

// title is the window's title: how much is going on.
func (m *Model) title() string {
	c := m.jobs.Counts()
	s := "seedreel"
	if c.Needs > 0 {
		s += ": " + strconv.Itoa(c.Needs) + " need you"
	} else if n := c.Running + c.Waiting; n > 0 {
		s += ": " + strconv.Itoa(n) + " under way"
	}
	return s
}

// heartbeats: how often the program looks at what others changed and at ages.
const (
	beatSeen   = time.Second
	beatUnseen = 5 * time.Second
	// stretchUnseen slows polls down while nobody looks.
	stretchUnseen = 3
)
