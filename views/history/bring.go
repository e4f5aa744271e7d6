package history

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/state/account"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

type broughtMsg struct {
	provider string
	brought  account.Brought
	err      error
}

// bringIn imports the jobs that the service of the form's model has and this
// machine does not, from as far back as the service lists them.
func (v *Screen) bringIn() tea.Cmd {
	s, id, practice := v.s, v.s.Model.Provider, v.s.Practice
	if err := s.Services.Ready(id); err != nil {
		return s.Say(toast.Bad, s.NoKey(id, err))
	}
	if v.bringing {
		return nil
	}
	v.bringing = true
	since := oldest(id, s.Now())
	return tea.Batch(s.Say(toast.Info, "Reading the list of "+words.Service(id)+"."), s.Ask(func(ctx context.Context) tea.Msg {
		b, err := s.Money.BringIn(ctx, id, practice, since)
		return broughtMsg{provider: id, brought: b, err: err}
	}))
}

// oldest returns the time of the first job that a service still lists.
func oldest(id string, now time.Time) time.Time {
	if d, ok := all.Find(id); ok {
		now = now.Add(-d.ListsBack)
	}
	return now
}

func (v *Screen) brought(msg broughtMsg) tea.Cmd {
	v.bringing = false
	if errors.Is(msg.err, account.ErrNotOffered) {
		return v.s.Say(toast.Bad, words.Service(msg.provider)+" does not offer a list of jobs.")
	}
	if msg.err != nil {
		return v.s.Say(toast.Bad, words.Error(msg.err))
	}
	b := msg.brought
	text := safe.Line(fmt.Sprintf("%s has %d of the last %s; %d were new here.", words.Service(msg.provider), b.Seen, words.ListsBack(msg.provider), b.Added))
	if b.Unread > 0 {
		text += safe.Line(fmt.Sprintf(" Of models that the catalogue does not know: %d.", b.Unread))
	}
	return tea.Batch(v.s.Say(toast.Good, text), studio.Send(studio.DueMsg{}), v.Refresh())
}
