package compose

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/media"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/order"
	"seedreel/views/studio"
)

// editing reports whether the form holds a job that waits in line: a submit
// changes that one, and orders nothing.
func (s *Screen) editing() bool { return s.draft.Edits != "" }

// edit takes a job that waits into the form, with its seed.
func (s *Screen) edit(msg studio.EditMsg) tea.Cmd {
	j := msg.Job
	m := s.s.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	if m == nil {
		return tea.Batch(s.letGo(j.ID, msg.Held), studio.Say(toast.Bad, "The catalogue no longer has "+safe.Line(j.Model)+"."))
	}
	left := s.keepFormer()
	d := Draft{Model: m.Ref(), Values: j.Values.Clone(), Count: 1, LastSeed: j.Seed, Shot: j.Shot, Edits: j.ID, Held: msg.Held}
	if d.Values == nil {
		d.Values = catalogue.Values{}
	}
	literal(d.Values)
	k := s.s.Keys.Form
	said := "Held back while you change it; " + safe.Line(k.Submit.Help().Key) + " puts it back in line, " + safe.Line(k.Clear.Help().Key) + " leaves it as it was."
	return tea.Batch(left, s.load(d, m), s.s.Open(s), s.FocusPrompt(), s.s.Say(toast.Info, said))
}

// submitEdit asks for the job to be changed as the form is.
func (s *Screen) submitEdit() tea.Cmd {
	j := s.s.Live.Find(s.draft.Edits)
	if j == nil || j.State != job.Queued {
		s.draft.Edits, s.draft.Held, s.checking = "", false, false
		s.refreshPanel()
		return studio.Say(toast.Bad, "That job no longer waits in line; submit makes another one.")
	}
	values := s.request()
	if len(s.variants) == 1 {
		values = s.variants[0].Values // its braces are braces
	}
	return studio.Send(order.EditMsg{Job: j, Model: s.model, Values: media.Absolute(values, s.s.Home), Estimate: s.price, Held: s.draft.Held})
}

// giveUp leaves the job as it was, and shows the form of before.
func (s *Screen) giveUp() tea.Cmd {
	free := s.release()
	next, m := Draft{Values: catalogue.Values{}, Count: 1}, s.model
	if s.former != nil {
		if old := s.s.Catalogue.Now().Model(s.former.Model); old != nil {
			next, m = s.former.clone(), old
		}
	}
	next.Model = m.Ref()
	return tea.Batch(free, s.load(next, m), s.FocusPrompt(), studio.Say(toast.Info, "The job is as it was, and waits for its turn."))
}

// release ends an edit: the job waits for its turn again.
func (s *Screen) release() tea.Cmd {
	id, held := s.draft.Edits, s.draft.Held
	s.draft.Edits, s.draft.Held = "", false
	return s.letGo(id, held)
}

func (s *Screen) letGo(id string, held bool) tea.Cmd {
	if id == "" || held {
		return nil
	}
	queue := s.s.Queue
	return s.s.Work(func(ctx context.Context) tea.Msg {
		// It fails for a job that somebody took out of the line, which then is as
		// it shall be.
		_, _ = queue.Pause(ctx, id, false)
		return studio.DueMsg{}
	})
}
