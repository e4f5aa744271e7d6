// Package studio is what every screen is given: the catalogue, the store, the
// queue, the clock, the styles, and what several screens show, held once. It
// holds no state of a screen.
package studio

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/client/catalogue"
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
	"seedreel/views/words"
)

// Studio is shared by all screens. What changes in it while the program runs
// changes only in the root model's Update, and is told with a ChangedMsg: a
// command takes what it needs before it starts.
type Studio struct {
	// Ctx ends when the program leaves; commands take their contexts from it.
	Ctx       context.Context
	Now       func() time.Time
	Zone      *time.Location
	Catalogue *catalogue.Shelf
	Store     *store.Store
	Queue     *queue.Queue
	// Money asks the services about balances, prices, charges and records.
	Money *account.Account
	// Desk takes orders: the only way to what may be paid for.
	Desk *order.Desk
	// Services answers for keys and can be reloaded after one was typed in.
	Services *services.Services
	Settings *settings.Settings
	Paths    settings.Paths
	Getenv   func(string) string
	// Home replaces a leading "~/" in paths; Host is this machine as one would
	// write it in scp, "user@box".
	Home, Host string
	// Look finds the facts of one piece of media; it reads the disk.
	Look   catalogue.Inspect
	Keys   *keymap.Map
	Styles *theme.Styles
	// Album draws pictures; nil draws none.
	Album *picture.Album
	// Practice tells that everything goes to the simulator in this process.
	Practice bool
	// Account says where requests to a service go when that is not the service
	// itself: a simulator on this machine; empty when it is real.
	Account func(provider string) safe.String
	// Ready tells whether a service can be used, and why not.
	Ready func(provider string) (ok bool, why safe.String)

	// Dialogs are stacked above all pages, Toasts appear below them, and Env is
	// the terminal around both.
	Dialogs *dialog.Stack
	Toasts  *toast.Tray
	Env     *term.Env
	// Open goes to a page, and Tell hands a message to all pages and rooms. Both
	// act at once and are called in updates only.
	Open func(p page.Page) tea.Cmd
	Tell func(msg tea.Msg) tea.Cmd

	// Screen is the whole screen in cells. Seen is whether it is looked at, as far
	// as the terminal lets know.
	Screen layout.Rect
	Seen   bool
	// Model is the model chosen in the form, and Draft returns the form's values,
	// whatever model they were chosen for. The map must not be changed.
	Model *catalogue.Model
	Draft func() catalogue.Values
	// Live is the live list.
	Live Live
	// Today is what the day has cost, with what is under way, and Balances is
	// what is left at each service, where it is known.
	Today    store.Committed
	Balances map[string]usd.Micro
	// Offline are the services out of reach, and since when: their last answers
	// may not hold any more.
	Offline map[store.Service]time.Time
	// Untouched is whether the history was read and nothing was ever submitted.
	Untouched bool
	// Greeting is what a newcomer is told.
	Greeting Greeting
}

// Greeting is what a newcomer is told in the form: Lines, or the few words of
// Hint where there is no room for them.
type Greeting struct {
	Hint  safe.String
	Lines []safe.String
}

// Timeout is the limit of a command that works on what is kept here: far above
// what it takes, far below what a person would wait.
const Timeout = 15 * time.Second

// asking bounds one question to a service. The calls have limits of their own;
// this one is for all tries together.
const asking = 30 * time.Second

// Work runs a step on what is kept on this machine, reading or writing, as a
// command with a time limit.
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

// Say shows a line in passing, at once: for updates. Commands send a ToastMsg.
func (s *Studio) Say(sev toast.Severity, text safe.String) tea.Cmd {
	return s.Toasts.Show(sev, text, 0)
}

// Usable returns the services that clips can be made at now.
func (s *Studio) Usable() []string {
	return slices.DeleteFunc(all.IDs(), func(id string) bool { return s.Services.Ready(id) != nil })
}

// Stale reports whether the last answers of a service may not hold any more, as
// it is out of reach.
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

// TodayMsg is what the day has cost so far, with what is under way.
type TodayMsg struct {
	Day store.Committed
	Err error
}

// ReadToday reads what was committed since midnight, practice or real, whichever
// the program runs in: the figure that the limit for a day counts.
func (s *Studio) ReadToday() tea.Cmd {
	from, practice := store.Midnight(s.Now(), s.Zone), s.Practice
	return s.Work(func(ctx context.Context) tea.Msg {
		day, err := s.Store.Committed(ctx, from, practice)
		return TodayMsg{Day: day, Err: err}
	})
}
