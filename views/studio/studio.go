// Package studio is what every screen is given: the catalogue, the store, the
// queue, the clock, the styles. It holds no state of a screen.
package studio

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/account"
	"seedreel/state/queue"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/picture"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
	"seedreel/views/keymap"
)

// Studio is shared by all screens. Styles, Settings and Practice
// change while the program runs, and only in the root model's Update: a command
// takes what it needs of them before it starts.
type Studio struct {
	// Ctx ends when the program leaves; commands take their contexts from it.
	Ctx       context.Context
	Now       func() time.Time
	Zone      *time.Location
	Catalogue *catalogue.Shelf
	Store     *store.Store
	Queue     *queue.Queue
	// Money asks the services about balances, prices, charges and records.
	Money    *account.Account
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
}

// ToastMsg asks the root to say something in passing.
type ToastMsg struct {
	Severity toast.Severity
	Text     safe.String
}

// Say makes a command of a passing word.
func Say(s toast.Severity, text safe.String) tea.Cmd {
	return func() tea.Msg { return ToastMsg{Severity: s, Text: text} }
}

// CopyMsg asks the root to put text into the clipboard. What names it in the
// sentence that reports it: "the link".
type CopyMsg struct {
	Text string
	What safe.String
}

// Send makes a command of any message.
func Send(m tea.Msg) tea.Cmd { return func() tea.Msg { return m } }

// Timeout is the limit of a command that reads the store: far above what it
// takes, far below what a person would wait.
const Timeout = 15 * time.Second

// Query runs one read of the store as a command with a time limit.
func (s *Studio) Query(read func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(s.Ctx, Timeout)
		defer cancel()
		return read(ctx)
	}
}
