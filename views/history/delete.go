package history

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/studio"
	"seedreel/views/words"
)

type (
	// recordSeenMsg carries whether a service keeps a record of a job to be
	// deleted here.
	recordSeenMsg struct {
		job  *job.Job
		kept bool
	}
	deletedMsg struct {
		what deletion
		err  error
	}
)

// deletion is what is deleted besides the entry.
type deletion struct{ file, record bool }

// lookAtRecord finds out whether the service keeps a record of the job that
// could be deleted too. The answer may require starting the simulator.
func (v *Screen) lookAtRecord(j *job.Job) tea.Cmd {
	money := v.s.Money
	return v.s.Ask(func(context.Context) tea.Msg {
		kept := j.RemoteID != "" && !j.State.Open() && money.KeepsRecords(j.Provider, j.Practice)
		return recordSeenMsg{job: j, kept: kept}
	})
}

func (v *Screen) askDelete(msg recordSeenMsg) {
	j := msg.job
	if !v.focused || !v.s.Dialogs.Empty() {
		return // the person has gone on to something else
	}
	does := func(what deletion) dialog.Action { return func() tea.Cmd { return v.remove(j.ID, what) } }
	body := ("“" + safe.Truncate(jobs.Title(j), 40) + "”\n\nNothing is refunded.").Block()
	if msg.kept {
		body += " The service keeps its own record unless you choose otherwise."
	}
	if j.State.Open() {
		body += "\nThe job is still under way: it would go on unseen."
	}
	if j.State == job.Saved && j.Output.Path != "" {
		body += "\n" + safe.Line(j.Output.Path).Block()
	}
	v.s.Dialogs.Push(&dialog.Choice{
		Name: "delete", Title: "Delete this entry?", Body: body, Deliberate: true, Options: deletions(j, msg.kept, does),
	})
}

// deletions returns the answers: each of file and record may go with the entry,
// or both in one.
func deletions(j *job.Job, kept bool, does func(deletion) dialog.Action) []dialog.Option {
	options := []dialog.Option{{Label: "No"}}
	if j.State.Open() {
		return options
	}
	file := j.State == job.Saved && j.Output.Path != ""
	entry := dialog.Option{Label: "Yes, the entry", Key: "y", Do: does(deletion{})}
	if file || kept {
		entry.Label = "Yes, only the entry"
	}
	options = append(options, entry)
	if file {
		options = append(options, dialog.Option{Label: "Yes, and the file", Key: "f", Do: does(deletion{file: true})})
	}
	if kept {
		options = append(options, dialog.Option{Label: "Yes, and the record at " + words.Service(j.Provider), Key: "r", Do: does(deletion{record: true})})
	}
	if file && kept {
		options = append(options, dialog.Option{Label: "Yes, and both, file and record", Key: "b", Do: does(deletion{file: true, record: true})})
	}
	return options
}

// remove deletes an entry and, as chosen, its file and the record at the
// service. Deleting a record neither stops nor refunds anything. What may fail
// for a reason outside comes first, so that the entry is still there to try
// again.
func (v *Screen) remove(id string, what deletion) tea.Cmd {
	s := v.s
	return s.Ask(func(ctx context.Context) tea.Msg {
		j, err := s.Store.Job(ctx, id)
		if err == nil && what.record {
			err = s.Money.DeleteRecord(ctx, j)
		}
		if err == nil {
			err = s.Store.Delete(ctx, id)
		}
		if err == nil && what.file {
			err = queue.RemoveFiles(j)
		}
		return deletedMsg{what: what, err: err}
	})
}

func (v *Screen) deleted(msg deletedMsg) tea.Cmd {
	severity, text := toast.Good, safe.String("Entry deleted; the file is kept.")
	switch {
	case msg.err != nil:
		severity, text = toast.Bad, words.Error(msg.err)
	case msg.what.record && msg.what.file:
		text = "Entry, file and the service's record deleted."
	case msg.what.record:
		text = "Entry and the service's record deleted; the file is kept."
	case msg.what.file:
		text = "Entry and file deleted."
	}
	return tea.Batch(studio.Send(studio.DueMsg{}), v.Refresh(), v.s.Say(severity, text))
}
