package app

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/words"
)

// keyTest is what became of asking a service whether it takes the key that is
// set: the question is the balance, which costs nothing.
type keyTest struct {
	done bool
	left usd.Micro
	err  error
}

// words says it in a line, for the form and for the settings.
func (t keyTest) words(provider string) safe.String {
	name := words.Service(provider)
	switch {
	case !t.done:
		return name + ": testing the key"
	case t.err == nil:
		return name + " key works, balance " + safe.Line(t.left.Cents())
	case t.refused():
		return name + " key refused: " + reasonOf(t.err)
	case errors.Is(t.err, account.ErrNotOffered):
		return name + " key is set; the service has no way to test it"
	}
	return name + " key not tested: " + words.Error(t.err)
}

// refused tells that the service said no to the key itself.
func (t keyTest) refused() bool {
	e, ok := errors.AsType[*client.Error](t.err)
	return ok && e.Kind == client.KindUnauthorized
}

// reasonOf is the service's own word for a refusal.
func reasonOf(err error) safe.String {
	if e, ok := errors.AsType[*client.Error](err); ok && e.Message != "" {
		return safe.Line(e.Message)
	}
	return words.Error(err)
}

// testKeys asks each service once whether it takes the key that is set.
func (m *Model) testKeys() tea.Cmd {
	clear(m.keyTests)
	m.keyTurn++
	if m.s.Practice {
		return m.balance()
	}
	var cmds []tea.Cmd
	for _, id := range m.usable() {
		m.keyTests[id] = keyTest{}
		cmds = append(cmds, m.balanceOf(id))
	}
	m.greet()
	return tea.Batch(cmds...)
}

// balanceOf asks what is left at a service.
func (m *Model) balanceOf(id string) tea.Cmd {
	practice, turn := m.s.Practice, m.keyTurn
	return m.inquire(func(ctx context.Context) tea.Msg {
		left, err := m.s.Money.Balance(ctx, id, practice)
		return balanceMsg{provider: id, practice: practice, turn: turn, left: left, err: err}
	})
}

// tested notes the answer of a service, and says it aloud where a key was just
// typed in or is refused.
func (m *Model) tested(msg balanceMsg) tea.Cmd {
	before, asked := m.keyTests[msg.provider]
	if m.s.Practice || !asked {
		return nil
	}
	now := keyTest{done: true, left: msg.left, err: msg.err}
	m.keyTests[msg.provider] = now
	m.greet()
	m.showKeyTests()
	switch {
	case before.done:
		return nil
	case now.refused():
		return m.say(toast.Bad, now.words(msg.provider)+". "+m.keyLine())
	case m.typedKey == msg.provider:
		m.typedKey = ""
		kind := toast.Good
		if now.err != nil {
			kind = toast.Warn
		}
		// It stands where the end of practice was told a moment ago.
		return m.say(kind, now.words(msg.provider)+". Clips are real now, and billed.")
	}
	return nil
}

func (m *Model) keyLine() safe.String {
	return safe.Line(m.s.Keys.All.Settings.Help().Key) + " takes another."
}

// greet tells a newcomer, until the first submit, what this is and what it
// costs. Later it speaks of keys that are refused only.
func (m *Model) greet() {
	var keys []safe.String
	first := m.history.Untouched() && m.jobs.Empty()
	for _, id := range all.IDs() {
		if t, ok := m.keyTests[id]; ok && (first || t.refused()) {
			keys = append(keys, t.words(id))
		}
	}
	if !first {
		m.compose.SetWelcome("", keys...)
		return
	}
	k := m.s.Keys
	submit, settings := safe.Line(k.Form.Submit.Help().Key), safe.Line(k.All.Settings.Help().Key)
	lines := []safe.String{"seedreel makes Seedance clips: write, see the price, " + submit + "."}
	if m.s.Practice {
		m.compose.SetWelcome(settings+" takes a service's key", append(lines,
			"Practice: a simulator answers, nothing is billed.",
			settings+" takes a service's key; from then on clips are real.")...)
		return
	}
	short := settings + " has the keys"
	if t, ok := m.keyTests[m.compose.Model().Provider]; ok {
		short = t.words(m.compose.Model().Provider)
	}
	lines = append(lines, keys...)
	m.compose.SetWelcome(short, append(lines, settings+" has the keys, and a limit for a day.")...)
}
