package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/bar"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/compose"
	"seedreel/views/jobs"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// order is a submit that was asked for, with the questions already answered.
type order struct {
	ask       compose.AskMsg
	nonce     string
	overLimit bool
	same      bool
	// practice is what was said when it was asked for.
	practice bool
}

type (
	addedMsg struct {
		jobs []*job.Job
		err  error
	}
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

// ask puts the price to the person where that is wished for, and else submits.
func (m *Model) ask(msg compose.AskMsg) tea.Cmd {
	m.asked = &order{ask: msg, nonce: m.o.Nonce(), practice: m.s.Practice}
	total, known := total(msg)
	left, told := m.balances[msg.Model.Provider]
	switch {
	case msg.Model.Lifecycle.Status == catalogue.LifeRetired && !m.s.Practice:
		body := safe.Line("The service says of it: " + msg.Model.Lifecycle.Note + ".").Block()
		if next := m.s.Catalogue.Now().Replacement(msg.Model); next != nil {
			body += "\n" + (safe.Line(m.s.Keys.Form.Successor.Help().Key) + " in the form moves this to " + words.Successor(msg.Model, next) + ".").Block()
		}
		m.question(dialogPrice, "Submit to a retired model?", body+"\n\n"+m.priceBody(msg), "try it")
	case known && told && total > left:
		m.question(dialogPrice, "The balance does not cover this", m.priceBody(msg), "submit all the same")
	case !known && !m.s.Practice:
		m.question(dialogPrice, m.countWords(msg.Count)+" at an unknown price?", m.priceBody(msg), "submit")
	case known && (m.s.Settings.ConfirmAbove == 0 || total > m.s.Settings.ConfirmAbove):
		m.question(dialogPrice, m.countWords(msg.Count)+" for "+safe.Line(total.String())+"?", m.priceBody(msg), "submit")
	default:
		return m.add()
	}
	return nil
}

func total(msg compose.AskMsg) (usd.Micro, bool) {
	return msg.Estimate.Times(msg.Count).Ceiling()
}

func (m *Model) countWords(n int) safe.String {
	if n == 1 {
		return "Submit this clip"
	}
	return safe.Line(fmt.Sprintf("Submit %d clips", n))
}

func (m *Model) priceBody(msg compose.AskMsg) safe.Block {
	s := safe.Line(fmt.Sprintf("%d x %s, %s.", max(msg.Count, 1), msg.Estimate, msg.Estimate.Basis()))
	if !msg.Estimate.Known {
		s = safe.Line("Nobody publishes this price: " + msg.Estimate.Why + ".")
	}
	b := s.Block() + "\n" + ("So far " + words.Today(m.today)).Block() + "."
	if l := m.s.Settings.DailyLimit; l > 0 {
		b += " Your limit for a day is " + safe.Line(l.String()).Block() + "."
	}
	if left, told := m.balances[msg.Model.Provider]; told {
		b += " Balance " + safe.Line(left.Cents()).Block() + "."
	}
	if m.s.Practice {
		b += "\nPractice: nothing is billed."
	}
	if n := m.s.Settings.Service(msg.Model.Provider).SubmitsPerMinute; n > 0 && msg.Count > n {
		b += "\n" + safe.Line(fmt.Sprintf("At your account's %d a minute they leave within %d minutes.", n, (msg.Count+n-1)/n)).Block()
	}
	return b
}

// question is a choice whose safe answer is no.
func (m *Model) question(name string, title safe.String, body safe.Block, yes safe.String) {
	m.dialogs.Push(&dialog.Choice{
		Name: name, Title: title, Body: body, Deliberate: true,
		Options: []dialog.Option{{ID: "no", Label: "No, back to the form"}, {ID: "yes", Label: "Yes, " + yes}},
	})
}

// add puts the order on disk as a command. Its nonce lets it count once,
// however often it is carried out.
func (m *Model) add() tea.Cmd {
	o := m.asked
	if o == nil {
		return nil
	}
	if o.practice != m.s.Practice {
		return tea.Batch(m.turnedDown(), m.say(toast.Bad, "Not submitted: a key was changed meanwhile. Look at the price again."))
	}
	g := m.guard()
	if o.overLimit {
		g.DailyLimit = nil
	}
	if !o.same {
		g.DuplicateWindow = store.SameWithin
	}
	q := queue.Order{
		Model: o.ask.Model, Values: o.ask.Values, Count: o.ask.Count, Practice: m.s.Practice,
		Estimate: o.ask.Estimate, Guard: g, Nonce: o.nonce,
	}
	return m.s.Query(func(ctx context.Context) tea.Msg {
		added, err := m.s.Queue.Add(ctx, q)
		return addedMsg{jobs: added, err: err}
	})
}

// guard is what every new job has to pass.
func (m *Model) guard() store.Guard {
	g := store.Guard{SpentSince: store.Midnight(m.s.Now(), m.s.Zone)}
	if l := m.s.Settings.DailyLimit; l > 0 && !m.s.Practice {
		g.DailyLimit = &l
	}
	return g
}

func (m *Model) applyAdded(msg addedMsg) tea.Cmd {
	if b, ok := errors.AsType[*store.ErrBudget](msg.err); ok {
		m.question(dialogLimit, "Over your limit for a day?", safe.Line(fmt.Sprintf(
			"%s spent today, this asks for %s more, and the limit is %s.", b.Spent, b.Want, b.Limit)).Block(), "submit all the same")
		return nil
	}
	if d, ok := errors.AsType[*store.ErrDuplicate](msg.err); ok {
		m.question(dialogSame, "The same once more?", "You submitted exactly this "+safe.Line(bar.Age(d.At, m.s.Now())).Block()+
			".\nAnother take with a new seed costs the same again.", "submit again")
		return nil
	}
	m.asked = nil
	if msg.err != nil {
		return tea.Batch(m.compose.Answered(false, 0), m.say(toast.Bad, "Not submitted. "+words.Error(msg.err)))
	}
	seed := int64(0)
	for _, j := range msg.jobs {
		seed = j.Seed
	}
	// It leaves when the service takes it; the list says when that is.
	text := safe.String("In line: 1 clip.")
	if n := len(msg.jobs); n > 1 {
		text = safe.Line(fmt.Sprintf("In line: %d clips.", n))
	}
	if len(msg.jobs) > 0 {
		m.jobs.Select(msg.jobs[0].ID)
	}
	m.history.Added(len(msg.jobs))
	return tea.Batch(m.compose.Answered(true, seed), m.say(toast.Good, text), m.plan(), m.loadJobs(), m.spend())
}

// turnedDown ends an order that got a no.
func (m *Model) turnedDown() tea.Cmd {
	m.asked = nil
	return m.compose.Answered(false, 0)
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
		if j.Practice {
			return ask("Send it again?", "The first one may exist too: this may make two. Practice costs nothing.\nLooking for it first may find it.", "send again")
		}
		return ask("Send it again?", "The first one may exist and be charged too: this may pay twice ("+price.Block()+" each).\nLooking for it first costs nothing.", "send again")
	case jobs.Drop:
		if j.Practice {
			return ask("Drop it?", "It is no longer looked for. If it was made, the clip is lost; practice costs nothing.", "drop it")
		}
		return ask("Drop it?", "It is no longer looked for. If it was made, "+price.Block()+" is spent and the clip is lost.", "drop it")
	case jobs.Retry:
		if j.Practice {
			price += ", which practice does not bill"
		}
		return ask("Try it again as it was?", "A new job with the same settings, for "+price.Block()+".", "try again")
	case jobs.Cancel, jobs.Look:
	}
	return m.carryOut(msg.Decision, j.ID)
}

func (m *Model) carryOut(what jobs.Decision, id string) tea.Cmd {
	guard := m.guard()
	guard.Nonce = m.o.Nonce()
	return m.s.Query(func(ctx context.Context) tea.Msg {
		msg := decidedMsg{what: what}
		switch what {
		case jobs.Resend:
			msg.job, msg.err = m.s.Queue.Resend(ctx, id)
		case jobs.Drop:
			msg.job, msg.err = m.s.Queue.Drop(ctx, id)
		case jobs.Look:
			msg.job, msg.err = m.s.Queue.LookNow(ctx, id)
		case jobs.Cancel:
			msg.job, msg.err = m.s.Queue.Cancel(ctx, id)
		case jobs.Retry:
			msg.job, msg.err = m.s.Queue.Retry(ctx, id, guard)
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
	if msg.what == jobs.Cancel && msg.job.RemoteID != "" {
		done[jobs.Cancel] = "Stopped at the service before it began. Nothing is charged."
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
