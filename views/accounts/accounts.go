// Package accounts asks the services for the balances of the person's accounts
// and learns in passing whether they accept the configured keys. The studio
// holds the balances for all screens.
package accounts

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Test is the result of testing a service's key. The test is a request for the
// balance, which costs nothing.
type Test struct {
	done bool
	left usd.Micro
	err  error
}

// Words returns the result in a line, for the form and the settings.
func (t Test) Words(provider string) safe.String {
	name := words.Service(provider)
	switch {
	case !t.done:
		return name + ": testing the key"
	case t.err == nil:
		return name + " key works, balance " + safe.Line(t.left.String())
	case t.Refused():
		return name + " key refused: " + reasonOf(t.err)
	case errors.Is(t.err, account.ErrNotOffered):
		return name + " key is set; the service has no way to test it"
	}
	return name + " key not tested: " + words.Error(t.err)
}

// Works reports whether the service accepted the key.
func (t Test) Works() bool { return t.done && t.err == nil }

// Refused reports whether the service rejected the key itself.
func (t Test) Refused() bool {
	e, ok := errors.AsType[*client.Error](t.err)
	return ok && e.Kind == client.KindUnauthorized
}

// reasonOf returns the service's own reason for a refusal.
func reasonOf(err error) safe.String {
	if e, ok := errors.AsType[*client.Error](err); ok && e.Message != "" {
		return safe.Line(e.Message)
	}
	return words.Error(err)
}

// Accounts requests balances and keeps the results of the key tests.
type Accounts struct {
	s     *studio.Studio
	tests map[string]Test
	// typed is the service whose key was entered last.
	typed string
	// turn distinguishes answers for the current keys from earlier ones.
	turn int
}

// New returns an Accounts that requests nothing before Init.
func New(s *studio.Studio) *Accounts {
	s.Balances = map[string]usd.Micro{}
	return &Accounts{s: s, tests: map[string]Test{}}
}

type balanceMsg struct {
	provider string
	practice bool
	turn     int
	left     usd.Micro
	err      error
}

// Init tests the keys.
func (a *Accounts) Init() tea.Cmd { return a.Retest() }

// Of returns the test of a service's key, and false if there is none.
func (a *Accounts) Of(provider string) (Test, bool) {
	t, ok := a.tests[provider]
	return t, ok
}

// Typed notes that a service's key was entered, so that the result of its test
// is shown.
func (a *Accounts) Typed(provider string) { a.typed = provider }

// Retest forgets the answers for earlier keys and asks each service once
// whether it accepts the configured key.
func (a *Accounts) Retest() tea.Cmd {
	clear(a.tests)
	clear(a.s.Balances)
	a.turn++
	if a.s.Practice {
		return a.here()
	}
	var cmds []tea.Cmd
	for _, id := range a.s.Usable() {
		a.tests[id] = Test{}
		cmds = append(cmds, a.of(id))
	}
	return tea.Batch(append(cmds, a.s.Tell(studio.ChangedMsg{What: studio.Keys}))...)
}

// here requests the balance of the form's service.
func (a *Accounts) here() tea.Cmd {
	if a.s.Services.Ready(a.s.Model.Provider) != nil {
		return nil
	}
	return a.of(a.s.Model.Provider)
}

// of requests the balance of a service.
func (a *Accounts) of(id string) tea.Cmd {
	s, practice, turn := a.s, a.s.Practice, a.turn
	return s.Ask(func(ctx context.Context) tea.Msg {
		left, err := s.Money.Balance(ctx, id, practice)
		return balanceMsg{provider: id, practice: practice, turn: turn, left: left, err: err}
	})
}

// Update handles answers, and asks again when another model is chosen or the
// network is back.
func (a *Accounts) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case balanceMsg:
		return a.apply(msg)
	case studio.BalanceMsg:
		if !msg.Everywhere {
			return a.here()
		}
		var cmds []tea.Cmd
		for _, id := range a.s.Usable() {
			cmds = append(cmds, a.of(id))
		}
		return tea.Batch(cmds...)
	case studio.ChangedMsg:
		if msg.What == studio.Model {
			return a.here()
		}
	}
	return nil
}

func (a *Accounts) apply(msg balanceMsg) tea.Cmd {
	if msg.practice != a.s.Practice || msg.turn != a.turn {
		return nil // asked with another key
	}
	if msg.err != nil {
		// A balance that cannot be had is not reported: the price is known.
		delete(a.s.Balances, msg.provider)
	} else {
		a.s.Balances[msg.provider] = msg.left
	}
	return tea.Batch(a.s.Tell(studio.ChangedMsg{What: studio.Money}), a.tested(msg))
}

// tested records the answer of a service, and shows it if the key was just
// entered or is refused.
func (a *Accounts) tested(msg balanceMsg) tea.Cmd {
	before, asked := a.tests[msg.provider]
	if a.s.Practice || !asked {
		return nil
	}
	now := Test{done: true, left: msg.left, err: msg.err}
	a.tests[msg.provider] = now
	told := a.s.Tell(studio.ChangedMsg{What: studio.Keys})
	switch {
	case before.done:
	case now.Refused():
		another := safe.Line(a.s.Keys.All.Settings.Help().Key) + " takes another."
		return tea.Batch(told, a.s.Say(toast.Bad, now.Words(msg.provider)+". "+another))
	case a.typed == msg.provider:
		a.typed = ""
		kind := toast.Good
		if now.err != nil {
			kind = toast.Warn
		}
		// It takes the place of the line about the end of practice.
		where := a.s.Account(msg.provider)
		if where == "" {
			return tea.Batch(told, a.s.Say(kind, "Clips are real now, and billed. "+now.Words(msg.provider)+"."))
		}
		return tea.Batch(told, a.s.Say(kind, "Clips go to the "+where+". "+now.Words(msg.provider)+"."))
	}
	return told
}
