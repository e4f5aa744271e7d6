package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/state/job"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/compose"
	"seedreel/views/words"
)

// asking bounds one question to a service. The calls have limits of their own;
// this one is for all tries together.
const asking = 30 * time.Second

// settleAfter is when a bill is asked again that does not have a job yet: both
// services book a little after the clip is made.
const settleAfter = 30 * time.Second

// settleTries is how often.
const settleTries = 4

type (
	balanceMsg struct {
		provider string
		practice bool
		turn     int
		left     usd.Micro
		err      error
	}
	quotedMsg struct {
		key      string
		practice bool
		quote    client.Quote
		err      error
	}
	settledMsg struct {
		job   *job.Job
		tries int
		found bool
	}
	broughtMsg struct {
		provider string
		brought  account.Brought
		err      error
	}
	refreshedMsg struct {
		lines []string
		err   error
	}
)

// inquire runs one question to a service as a command.
func (m *Model) inquire(ask func(ctx context.Context) tea.Msg) tea.Cmd {
	ctx := m.s.Ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, asking)
		defer cancel()
		return ask(ctx)
	}
}

// balance asks what is left where the form's model is made.
func (m *Model) balance() tea.Cmd {
	id := m.compose.Model().Provider
	if m.o.Services.Ready(id) != nil {
		return nil
	}
	return m.balanceOf(id)
}

// usable are the services that clips can be made at now.
func (m *Model) usable() []string {
	return slices.DeleteFunc(all.IDs(), func(id string) bool { return m.o.Services.Ready(id) != nil })
}

// allBalances asks what is left wherever clips can be made.
func (m *Model) allBalances() tea.Cmd {
	var cmds []tea.Cmd
	for _, id := range m.usable() {
		cmds = append(cmds, m.balanceOf(id))
	}
	return tea.Batch(cmds...)
}

func (m *Model) applyBalance(msg balanceMsg) tea.Cmd {
	if msg.practice != m.s.Practice || msg.turn != m.keyTurn {
		return nil // asked with another key
	}
	if msg.err != nil {
		// A balance that cannot be had is not worth a word: the price stands.
		delete(m.balances, msg.provider)
	} else {
		m.balances[msg.provider] = msg.left
	}
	m.compose.SetBalance(m.balances)
	m.costs.SetBalance(m.balances)
	return m.tested(msg)
}

// quote asks the service for the price of exactly this form.
func (m *Model) quote(msg compose.QuoteMsg) tea.Cmd {
	if err := m.o.Services.Ready(msg.Model.Provider); err != nil {
		m.compose.SetQuote(msg.Key, client.Quote{}, err)
		return nil
	}
	practice := m.s.Practice
	return m.inquire(func(ctx context.Context) tea.Msg {
		q, err := m.s.Money.Quote(ctx, msg.Model, msg.Values, practice)
		return quotedMsg{key: msg.Key, practice: practice, quote: q, err: err}
	})
}

// settle asks what a job was really charged.
func (m *Model) settle(j *job.Job, tries int) tea.Cmd {
	if j.RemoteID == "" || j.Charge != nil || j.State != job.Saved && j.State != job.Failed {
		return nil
	}
	ask := m.inquire(func(ctx context.Context) tea.Msg {
		now, found, err := m.s.Money.Settle(ctx, j)
		if err != nil {
			return settledMsg{job: j, tries: settleTries}
		}
		return settledMsg{job: now, tries: tries + 1, found: found}
	})
	if tries == 0 {
		return ask
	}
	return tea.Tick(settleAfter, func(time.Time) tea.Msg { return ask() })
}

func (m *Model) applySettled(msg settledMsg) tea.Cmd {
	if msg.found {
		return tea.Batch(m.loadJobs(), m.refreshPlace(), m.spend())
	}
	if msg.tries < settleTries {
		return m.settle(msg.job, msg.tries)
	}
	return nil
}

// bringIn adds what the service has and this machine does not know.
func (m *Model) bringIn() tea.Cmd {
	id, practice := m.compose.Model().Provider, m.s.Practice
	if err := m.o.Services.Ready(id); err != nil {
		return m.say(toast.Bad, m.noKey(id, err))
	}
	if m.busy.bringing {
		return nil
	}
	m.busy.bringing = true
	since := m.s.Now().Add(-7 * 24 * time.Hour)
	return tea.Batch(m.say(toast.Info, "Reading the list of "+words.Service(id)+"."), m.inquire(func(ctx context.Context) tea.Msg {
		b, err := m.s.Money.BringIn(ctx, id, practice, since)
		return broughtMsg{provider: id, brought: b, err: err}
	}))
}

func (m *Model) applyBrought(msg broughtMsg) tea.Cmd {
	m.busy.bringing = false
	if msg.err != nil {
		return m.say(toast.Bad, m.lacks(msg.provider, "a list of jobs", msg.err))
	}
	b := msg.brought
	text := safe.Line(fmt.Sprintf("%s has %d of the last 7 days; %d were new here.", words.Service(msg.provider), b.Seen, b.Added))
	if b.Unread > 0 {
		text += safe.Line(fmt.Sprintf(" Of models that the catalogue does not know: %d.", b.Unread))
	}
	return tea.Batch(m.say(toast.Good, text), m.loadJobs(), m.plan(), m.history.Refresh())
}

// lacks words a failed question; one that the service does not offer is said
// as such.
func (m *Model) lacks(provider string, what safe.String, err error) safe.String {
	if errors.Is(err, account.ErrNotOffered) {
		return words.Service(provider) + " does not offer " + what + "."
	}
	return words.Error(err)
}

// refreshModels reads the models of the services that can be asked, as they
// are now.
func (m *Model) refreshModels() tea.Cmd {
	ids := m.usable()
	practice := m.s.Practice
	return tea.Batch(m.say(toast.Info, "Reading the models as they are now."), m.inquire(func(ctx context.Context) tea.Msg {
		var msg refreshedMsg
		for _, id := range ids {
			r, err := m.s.Money.RefreshModels(ctx, id, m.o.ModelsFile(id), practice)
			if err != nil && !errors.Is(err, account.ErrNotOffered) {
				msg.err = err
				return msg
			}
			msg.lines = append(msg.lines, changeLines(id, r)...)
		}
		if practice {
			msg.lines = append(msg.lines, "", "Practice: this is the simulator's list. It holds until you leave.")
		}
		return msg
	}))
}

func changeLines(id string, r account.Refreshed) []string {
	out := []string{string(words.Service(id))}
	for _, c := range r.Changes {
		out = append(out, "  "+string(safe.Line(c.String())))
	}
	if len(r.Changes) == 0 {
		out = append(out, "  nothing changed")
	}
	for _, err := range r.Refused {
		out = append(out, "  left out: "+string(safe.Line(err.Error())))
	}
	return out
}

func (m *Model) applyRefreshed(msg refreshedMsg) tea.Cmd {
	if msg.err != nil {
		// What the services asked before said is in force already.
		return tea.Batch(m.say(toast.Bad, words.Error(msg.err)), m.compose.Reload())
	}
	m.toasts.Pass() // that it is being read
	m.dialogs.PushUnasked(dialog.NewText(dialogModels, "Models as they are now", safe.Lines(strings.Join(msg.lines, "\n"))))
	return m.compose.Reload()
}
