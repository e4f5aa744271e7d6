package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/queue"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/compose"
	"seedreel/views/jobs"
	screen "seedreel/views/order"
	"seedreel/views/studio"
	"seedreel/views/words"
)

type (
	decidedMsg struct {
		what jobs.Decision
		job  *job.Job
		err  error
	}
	// recordSeenMsg tells whether a service keeps a record of a job that is to
	// be deleted here.
	recordSeenMsg struct {
		job  *job.Job
		kept bool
	}
	deletedMsg struct {
		fileToo, recordToo bool
		err                error
	}
)

// ask begins an order of the form.
func (m *Model) ask(msg compose.AskMsg) tea.Cmd {
	return m.counter.Ask(screen.Asking{Deed: screen.Submit, Draft: order.Clip(msg.Model, msg.Values, msg.Count, &msg.Estimate, m.s.Practice)})
}

// atCounter takes a step of an order, and opens the question that it leads to.
func (m *Model) atCounter(d dialog.Dialog, cmd tea.Cmd) tea.Cmd {
	if d != nil {
		m.dialogs.Push(d)
	}
	return cmd
}

// applyRules takes over what another process may have set.
func (m *Model) applyRules(r order.Rules) tea.Cmd {
	m.s.Settings.DailyLimit, m.s.Settings.ConfirmAbove = r.Limit, r.Threshold
	if r.Practice == m.s.Practice {
		return nil
	}
	m.account()
	m.restyle()
	clear(m.balances)
	return tea.Batch(m.compose.Forget(), m.spend(), m.testKeys())
}

// applyOrdered says what came of an order.
func (m *Model) applyOrdered(msg screen.EndedMsg) tea.Cmd {
	switch msg.Deed {
	case screen.Submit:
		return m.applyAdded(msg)
	case screen.Rewrite:
		return m.applyEnhanced(msg)
	case screen.Resend:
		return m.applyAgain(jobs.Resend, msg)
	case screen.Retry:
		return m.applyAgain(jobs.Retry, msg)
	}
	return nil
}

func (m *Model) applyAgain(what jobs.Decision, msg screen.EndedMsg) tea.Cmd {
	if msg.Declined {
		return nil
	}
	return m.applyDecided(decidedMsg{what: what, err: msg.Err})
}

func (m *Model) applyAdded(msg screen.EndedMsg) tea.Cmd {
	if msg.Declined {
		return m.compose.Answered(false, 0)
	}
	if msg.Err != nil {
		return tea.Batch(m.compose.Answered(false, 0), m.say(toast.Bad, "Not submitted. "+words.Error(msg.Err)))
	}
	seed := int64(0)
	for _, j := range msg.Jobs {
		seed = j.Seed
	}
	// It leaves when the service takes it; the list says when that is.
	text := safe.String("In line: 1 clip.")
	if n := len(msg.Jobs); n > 1 {
		text = safe.Line(fmt.Sprintf("In line: %d clips.", n))
	}
	if len(msg.Jobs) > 0 {
		m.jobs.Select(msg.Jobs[0].ID)
	}
	m.history.Added(len(msg.Jobs))
	return tea.Batch(m.compose.Answered(true, seed), m.say(toast.Good, text), m.plan(), m.loadJobs(), m.spend())
}

// decide carries out a decision, after a question where money is at stake.
func (m *Model) decide(msg jobs.DecideMsg) tea.Cmd {
	j := msg.Job
	price := safe.String("an unknown price")
	if j.Estimate != nil {
		price = safe.Line(j.Estimate.String())
	}
	title := "“" + safe.Truncate(jobs.Title(j), 40) + "”"
	ask := func(head safe.String, body safe.Block, yes safe.String) tea.Cmd {
		m.dialogs.Push(&dialog.Choice{
			Name: dialogDecide + string(msg.Decision) + ":" + j.ID, Title: head, Body: title.Block() + "\n\n" + body,
			Options: []dialog.Option{{ID: "no", Label: "No"}, {ID: "yes", Label: "Yes, " + yes}},
		})
		return nil
	}
	switch msg.Decision {
	case jobs.Resend:
		return m.counter.Ask(screen.Asking{Deed: screen.Resend, Draft: order.Again(j), Job: j})
	case jobs.Retry:
		return m.counter.Ask(screen.Asking{Deed: screen.Retry, Draft: order.Retry(j), Job: j})
	case jobs.Drop:
		if j.Practice {
			return ask("Drop it?", "It is no longer looked for. If it was made, the clip is lost; practice costs nothing.", "drop it")
		}
		return ask("Drop it?", "It is no longer looked for. If it was made, "+price.Block()+" is spent and the clip is lost.", "drop it")
	case jobs.Cancel, jobs.Look:
	}
	return m.carryOut(msg.Decision, j.ID)
}

func (m *Model) carryOut(what jobs.Decision, id string) tea.Cmd {
	return m.s.Query(func(ctx context.Context) tea.Msg {
		msg := decidedMsg{what: what}
		switch what {
		case jobs.Drop:
			msg.job, msg.err = m.s.Queue.Drop(ctx, id)
		case jobs.Look:
			msg.job, msg.err = m.s.Queue.LookNow(ctx, id)
		case jobs.Cancel:
			msg.job, msg.err = m.s.Queue.Cancel(ctx, id)
		case jobs.Resend, jobs.Retry: // the order desk's
		}
		return msg
	})
}

func (m *Model) applyDecided(msg decidedMsg) tea.Cmd {
	cmds := []tea.Cmd{m.loadJobs(), m.plan(), m.refreshPlace(), m.spend()}
	if msg.err != nil {
		return tea.Batch(append(cmds, m.say(toast.Bad, words.Error(msg.err)))...)
	}
	done := map[jobs.Decision]safe.String{
		jobs.Resend: "Sent again.", jobs.Drop: "Dropped.", jobs.Look: "Looking for it.",
		jobs.Cancel: "Taken out of the line. Nothing was sent.", jobs.Retry: "In line again.",
	}
	return tea.Batch(append(cmds, m.say(toast.Good, done[msg.what]))...)
}

// lookAtRecord finds out whether the service keeps a record of the job that
// could go too: to answer, the simulator may have to be brought up.
func (m *Model) lookAtRecord(j *job.Job) tea.Cmd {
	return m.inquire(func(context.Context) tea.Msg {
		kept := j.RemoteID != "" && !j.State.Open() && m.s.Money.KeepsRecords(j.Provider, j.Practice)
		return recordSeenMsg{job: j, kept: kept}
	})
}

func (m *Model) askDelete(msg recordSeenMsg) {
	j := msg.job
	if m.place != History || !m.dialogs.Empty() {
		return // the person has gone on to something else
	}
	body := ("“" + safe.Truncate(jobs.Title(j), 40) + "”\n\nNothing is refunded.").Block()
	if msg.kept {
		body += " The service keeps its own record unless you choose otherwise."
	}
	options := []dialog.Option{{ID: "no", Label: "No"}, {ID: "entry", Label: "Yes, the entry"}}
	if j.State.Open() {
		body += "\nThe job is still under way: it would go on unseen."
		options = options[:1]
	}
	if j.State == job.Saved && j.Output.Path != "" {
		body += "\n" + safe.Line(j.Output.Path).Block()
		options = append(options, dialog.Option{ID: "file", Label: "Yes, and the file"})
		options[1].Label = "Yes, keep the file"
	}
	if msg.kept {
		options = append(options, dialog.Option{ID: "record", Label: "Yes, and the record at " + words.Service(j.Provider) + ", keep the file"})
	}
	m.dialogs.Push(&dialog.Choice{Name: dialogDelete + j.ID, Title: "Delete this entry?", Body: body, Options: options})
}

// remove deletes an entry, and what else was chosen: its file, or the record
// at the service, which neither stops nor refunds anything.
func (m *Model) remove(id, what string) tea.Cmd {
	fileToo, recordToo := what == "file", what == "record"
	return m.inquire(func(ctx context.Context) tea.Msg {
		j, err := m.s.Store.Job(ctx, id)
		if err == nil && recordToo {
			err = m.s.Money.DeleteRecord(ctx, j)
		}
		if err == nil {
			err = m.s.Store.Delete(ctx, id)
		}
		if err == nil && fileToo {
			err = removeClip(j.Output.Path)
		}
		return deletedMsg{fileToo: fileToo, recordToo: recordToo, err: err}
	})
}

// removeClip deletes a clip and what is written beside it; what somebody else
// has deleted already is as good.
func removeClip(path string) error {
	for _, file := range []string{path, queue.SidecarPath(path)} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("deleting the file: %w", err)
		}
	}
	return nil
}

func (m *Model) applyDeleted(msg deletedMsg) tea.Cmd {
	cmds := []tea.Cmd{m.loadJobs(), m.history.Refresh()}
	switch {
	case msg.err != nil:
		cmds = append(cmds, m.say(toast.Bad, words.Error(msg.err)))
	case msg.recordToo:
		cmds = append(cmds, m.say(toast.Good, "Entry and the service's record deleted; the file is kept."))
	case msg.fileToo:
		cmds = append(cmds, m.say(toast.Good, "Entry and file deleted."))
	default:
		cmds = append(cmds, m.say(toast.Good, "Entry deleted; the file is kept."))
	}
	return tea.Batch(cmds...)
}

func (m *Model) copyText(msg studio.CopyMsg) tea.Cmd {
	return term.Copy(m.s.Ctx, m.env, term.Copying{Text: msg.Text, What: msg.What, File: m.s.Paths.CopyFile()})
}

// where shows the folder of a clip on a desktop, and its path anywhere else.
func (m *Model) where(j *job.Job) tea.Cmd {
	if j.State != job.Saved || j.Output.Path == "" {
		return m.say(toast.Info, "There is no clip yet.")
	}
	cmd, why := term.Open(m.s.Ctx, m.env, filepath.Dir(j.Output.Path))
	if cmd != nil {
		return cmd
	}
	m.dialogs.Push(dialog.NewText(dialogWhere, "Where the clip is", safe.Line(j.Output.Path).Block()+"\n\n"+why.Block()))
	return nil
}
