// Package marks changes a person's opinion of takes, from wherever a take is
// shown: rating, pick, reject, note and labels.
package marks

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/keymap"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// ChangedMsg is passed to every page when marks have changed: the jobs as they
// are now.
type ChangedMsg struct{ Jobs []*job.Job }

// Act performs the action of a key on a take and reports whether the key was
// one of these.
func Act(s *studio.Studio, k *keymap.Marks, j *job.Job, msg tea.KeyPressMsg) (cmd tea.Cmd, ok bool) {
	switch {
	case k.Pick.Is(msg):
		return Pick(s, j.ID), true
	case k.Reject.Is(msg):
		return Reject(s, j.ID), true
	case k.Better.Is(msg):
		return Rate(s, j.ID, 1), true
	case k.Worse.Is(msg):
		return Rate(s, j.ID, -1), true
	case k.Note.Is(msg):
		askNote(s, j)
	case k.Label.Is(msg):
		askLabels(s, j)
	default:
		return nil, false
	}
	return nil, true
}

// Pick picks a take for its shot, or no longer.
func Pick(s *studio.Studio, id string) tea.Cmd {
	return Change(s, id, func(j *job.Job) reel.Edit {
		if j.Pick {
			return reel.Unpick(j.ID)
		}
		return reel.Pick(j.ID)
	})
}

// Reject rejects a take, or no longer.
func Reject(s *studio.Studio, id string) tea.Cmd {
	return Change(s, id, func(j *job.Job) reel.Edit { return reel.Reject(j.ID, !j.Rejected) })
}

// Rate gives a take more stars, or fewer if by is negative.
func Rate(s *studio.Studio, id string, by int) tea.Cmd {
	return Change(s, id, func(j *job.Job) reel.Edit { return reel.Rate(id, min(max(j.Rating+by, 0), job.MaxRating)) })
}

// Keep picks a take and rejects others.
func Keep(s *studio.Studio, id string, others []string) tea.Cmd {
	return Change(s, id, func(*job.Job) reel.Edit { return reel.Keep(id, others...) })
}

// Change makes an edit of a take. The function gets the take as it is when the
// edit is made.
func Change(s *studio.Studio, id string, edit func(j *job.Job) reel.Edit) tea.Cmd {
	st, q := s.Store, s.Queue
	return s.Work(func(ctx context.Context) tea.Msg {
		was := map[string]job.Marks{}
		labels := map[string]string{}
		j, c, err := st.ChangeTake(ctx, id, func(r *reel.Reel) (string, error) {
			j, shot := r.Take(id)
			if j == nil {
				return "", reel.ErrNoTake
			}
			for _, o := range shot.Takes {
				was[o.ID], labels[o.ID] = o.Marks, strings.Join(o.Labels, " ")
			}
			return edit(j)(r)
		})
		if err != nil {
			return studio.ToastMsg{Severity: toast.Bad, Text: words.Sentence(err)}
		}
		if c.Line == "" {
			return studio.ToastMsg{Severity: toast.Info, Text: "Nothing to change."}
		}
		takes, err := st.Takes(ctx, j.Shot)
		var out ChangedMsg
		for _, o := range takes {
			if m, ok := was[o.ID]; ok && (m != o.Marks || labels[o.ID] != strings.Join(o.Labels, " ")) {
				out.Jobs = append(out.Jobs, o)
				err = errors.Join(err, q.Rewrite(o))
			}
		}
		said := studio.Say(toast.Good, safe.Line(c.Line)+".")
		if err != nil {
			said = studio.Say(toast.Warn, "The file beside the clip has the old marks: "+words.Error(err))
		}
		return tea.BatchMsg{studio.Send(out), said, studio.Send(studio.DueMsg{}), studio.Send(studio.RefreshMsg{})}
	})
}

func askNote(s *studio.Studio, j *job.Job) {
	s.Dialogs.Push(dialog.NewInput("note", "Note of the take", "Empty removes it.", j.Note, func(text string) tea.Cmd {
		return Change(s, j.ID, func(*job.Job) reel.Edit { return reel.Note(j.ID, text) })
	}))
}

func askLabels(s *studio.Studio, j *job.Job) {
	s.Dialogs.Push(dialog.NewInput("labels", "Labels of the take", "Words to find it by, with blanks between; label:WORD searches for one.",
		strings.Join(j.Labels, " "), func(text string) tea.Cmd {
			return Change(s, j.ID, func(now *job.Job) reel.Edit { return reel.Label(j.ID, strings.Fields(text), gone(now.Labels, text)) })
		}))
}

// gone returns the labels that a text does not have.
func gone(labels job.Labels, text string) (out job.Labels) {
	have := map[string]bool{}
	for _, w := range strings.Fields(text) {
		have[w] = true
	}
	for _, w := range labels {
		if !have[w] {
			out = append(out, w)
		}
	}
	return out
}
