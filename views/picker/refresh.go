package picker

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/account"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// changes is the name of the dialog that lists the changes.
const changes = "models"

// Lists reloads the models of the services.
type Lists struct {
	s    *studio.Studio
	file func(provider string) string
}

// NewLists returns a reader of lists; file returns the file of a service's
// models.
func NewLists(s *studio.Studio, file func(provider string) string) *Lists {
	return &Lists{s: s, file: file}
}

type refreshedMsg struct {
	lines []string
	err   error
}

// Refresh reads the current models of the services that can be asked.
func (l *Lists) Refresh() tea.Cmd {
	ids, s := l.s.Usable(), l.s
	practice := s.Practice
	return tea.Batch(s.Say(toast.Info, "Reading the models as they are now."), s.Ask(func(ctx context.Context) tea.Msg {
		var msg refreshedMsg
		for _, id := range ids {
			r, err := s.Money.RefreshModels(ctx, id, l.file(id), practice)
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

// Update handles the result of a read.
func (l *Lists) Update(msg tea.Msg) tea.Cmd {
	read, ok := msg.(refreshedMsg)
	if !ok {
		return nil
	}
	if read.err != nil {
		// The answers of services asked before the error are already in force.
		return tea.Batch(l.s.Say(toast.Bad, words.Error(read.err)), l.s.Tell(studio.ChangedMsg{What: studio.Catalogue}))
	}
	l.s.Toasts.Pass() // that it is being read
	l.s.Dialogs.PushUnasked(dialog.NewText(changes, "Models as they are now", safe.Lines(strings.Join(read.lines, "\n"))))
	return l.s.Tell(studio.ChangedMsg{What: studio.Catalogue})
}
