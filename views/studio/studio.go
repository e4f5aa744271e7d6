// Package studio is shared by all screens: the catalogue, the store, the queue,
// the clock, the styles, and the state that several screens show, held once. It
// holds no state of a single screen.
package studio

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/prompting"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/state/order"
	"seedreel/state/queue"
	"seedreel/state/services"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/dialog"
	"seedreel/ui/layout"
	"seedreel/ui/picture"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/keymap"
	"seedreel/views/page"
	"seedreel/views/stills"
	"seedreel/views/words"
)

// Studio is shared by all screens. While the program runs it changes only in
// the root model's Update, which announces changes with a ChangedMsg; a command
// copies what it needs before it starts.
type Studio struct {
	// Ctx ends when the program leaves; commands take their contexts from it.
	Ctx       context.Context
	Now       func() time.Time
	Zone      *time.Location
	Catalogue *catalogue.Shelf
	// Rules are what prompts are checked by.
	Rules *prompting.Rules
	Store *store.Store
	Queue *queue.Queue
	// Money asks the services about balances, prices, charges and records.
	Money *account.Account
	// Desk takes orders: the only way to requests that may be billed.
	Desk *order.Desk
	// Services holds the keys and can be reloaded after one was entered.
	Services *services.Services
	Settings *settings.Settings
	Paths    settings.Paths
	Getenv   func(string) string
	// Home replaces a leading "~/" in paths; Host is this machine in scp form,
	// user@host.
	Home, Host string
	// Look returns the facts about one piece of media; it reads the disk.
	Look   catalogue.Inspect
	Keys   *keymap.Map
	Styles *theme.Styles
	// Album draws pictures; it may be nil.
	Album *picture.Album
	// Stills keeps the stills that are on the screen; it may be nil.
	Stills *stills.Shelf
	// Practice is set if everything goes to the simulator in this process.
	Practice bool
	// Account returns where requests to a service go if that is not the service
	// itself but a simulator on this machine; it is empty for the real one.
	Account func(provider string) safe.String
	// Ready reports whether a service can be used, and if not, why.
	Ready func(provider string) (ok bool, why safe.String)

	// Dialogs are stacked above all pages, Toasts appear below them, and Env is
	// the terminal around both.
	Dialogs *dialog.Stack
	Toasts  *toast.Tray
	Env     *term.Env
	// Open opens a page, and Tell passes a message to all pages and rooms. Both
	// act at once and are called in updates only. Shown reports whether a page
	// is on the screen.
	Open  func(p page.Page) tea.Cmd
	Tell  func(msg tea.Msg) tea.Cmd
	Shown func(p page.Page) bool

	// Screen is the whole screen in cells. Seen is whether somebody is looking
	// at it, as far as the terminal reports that.
	Screen layout.Rect
	Seen   bool
	// Model is the chosen model of the form, and Draft returns the form's
	// values, for any model. The map must not be changed.
	Model *catalogue.Model
	Draft func() catalogue.Values
	// Live is the live list.
	Live Live
	// Today is what the day has cost, including jobs under way, and Balances are
	// the known balances of the services.
	Today    store.Committed
	Balances map[string]usd.Micro
	// Offline holds the services out of reach, with the time since when: their
	// last answers may be out of date.
	Offline map[store.Service]time.Time
	// Reel is the name of the open reel, "" until it was read.
	Reel safe.String
	// LastModel is the model of the newest job when the program began.
	LastModel catalogue.Ref
	// Untouched is set if the history was read and nothing was ever submitted.
	Untouched bool
	// Greeting is the text for a first run.
	Greeting Greeting
}

// Greeting is the text for a first run in the form: Lines, or Hint if there is
// no room for them.
type Greeting struct {
	Hint  safe.String
	Lines []safe.String
}

// Timeout bounds a command that uses only local data: far more than it takes,
// far less than a person would wait.
const Timeout = 15 * time.Second

// asking bounds one question to a service. The calls have limits of their own;
// this one is for all tries.
const asking = 30 * time.Second

// Work runs a step on local data, reading or writing, as a command with a time
// limit.
func (s *Studio) Work(step func(ctx context.Context) tea.Msg) tea.Cmd {
	return s.within(Timeout, step)
}

// Ask runs a question to a service as a command with a time limit.
func (s *Studio) Ask(question func(ctx context.Context) tea.Msg) tea.Cmd {
	return s.within(asking, question)
}

func (s *Studio) within(limit time.Duration, step func(ctx context.Context) tea.Msg) tea.Cmd {
	ctx := s.Ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return step(ctx)
	}
}

// Say shows a passing message at once; it is for updates. Commands send a
// ToastMsg.
func (s *Studio) Say(sev toast.Severity, text safe.String) tea.Cmd {
	return s.Toasts.Show(sev, text, 0)
}

// Usable returns the services that can make clips now.
func (s *Studio) Usable() []string {
	return slices.DeleteFunc(all.IDs(), func(id string) bool { return s.Services.Ready(id) != nil })
}

// Stale reports whether the last answers of a service may be out of date,
// because it is out of reach.
func (s *Studio) Stale(provider string) bool {
	_, away := s.Offline[store.Service{Provider: provider, Practice: s.Practice}]
	return away
}

// NoKey returns what to do about a service that cannot be used.
func (s *Studio) NoKey(provider string, err error) safe.String {
	if _, missing := errors.AsType[*services.NoKeyError](err); missing {
		return "No key for " + words.Service(provider) + ": " + safe.Line(s.Keys.All.Settings.Help().Key) + " takes one."
	}
	return words.Error(err)
}

// Clock returns the time that ages and bars on the screen show: now, or with
// reduced motion the last full minute, so that they move with it alone.
func (s *Studio) Clock() time.Time {
	now := s.Now()
	if s.Settings != nil && s.Settings.ReducedMotion {
		return now.Truncate(time.Minute)
	}
	return now
}

// TodayMsg carries what the day has cost so far, including jobs under way.
type TodayMsg struct {
	Day store.Committed
	Err error
}

// ReadToday reads what was committed since midnight, in practice or for real as
// the program runs now: the figure that the day's limit counts.
func (s *Studio) ReadToday() tea.Cmd {
	from, practice := store.Midnight(s.Now(), s.Zone), s.Practice
	return s.Work(func(ctx context.Context) tea.Msg {
		day, err := s.Store.Committed(ctx, from, practice)
		return TodayMsg{Day: day, Err: err}
	})
}
