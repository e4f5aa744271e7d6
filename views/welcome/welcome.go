// Package welcome shows, until the first submit, what the program is and what
// it costs.
package welcome

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/ui/safe"
	"seedreel/views/accounts"
	"seedreel/views/studio"
)

// Welcome keeps the greeting in the studio up to date.
type Welcome struct {
	s        *studio.Studio
	accounts *accounts.Accounts
}

// New returns a Welcome.
func New(s *studio.Studio, a *accounts.Accounts) *Welcome { return &Welcome{s: s, accounts: a} }

// Update rewrites the greeting when something in it has changed.
func (w *Welcome) Update(msg tea.Msg) tea.Cmd {
	changed, ok := msg.(studio.ChangedMsg)
	if !ok {
		return nil
	}
	switch changed.What {
	case studio.Keys, studio.Jobs, studio.Entries, studio.Model, studio.Settings:
		w.s.Greeting = w.greeting()
		return w.s.Tell(studio.ChangedMsg{What: studio.Welcome})
	case studio.Money, studio.Reach, studio.Clock, studio.Welcome, studio.Catalogue, studio.Pictures, studio.Reel:
	}
	return nil
}

// greeting returns the greeting of a first run; later it only mentions refused
// keys.
func (w *Welcome) greeting() studio.Greeting {
	var keys []safe.String
	first := w.s.Untouched && len(w.s.Live.Jobs) == 0
	for _, id := range all.IDs() {
		if t, ok := w.accounts.Of(id); ok && (first || t.Refused()) {
			keys = append(keys, t.Words(id))
		}
	}
	if !first {
		return studio.Greeting{Lines: keys}
	}
	k := w.s.Keys
	submit, settings := safe.Line(k.Form.Submit.Help().Key), safe.Line(k.All.Settings.Help().Key)
	lines := []safe.String{"seedreel makes Seedance clips: write, see the price, " + submit + "."}
	if w.s.Practice {
		return studio.Greeting{Hint: settings + " takes a service's key", Lines: append(lines,
			"Practice: a simulator answers, nothing is billed.",
			settings+" takes a service's key; from then on clips are real.")}
	}
	short := settings + " has the keys"
	if t, ok := w.accounts.Of(w.s.Model.Provider); ok {
		short = t.Words(w.s.Model.Provider)
	}
	lines = append(lines, keys...)
	return studio.Greeting{Hint: short, Lines: append(lines, settings+" has the keys, and a limit for a day.")}
}
