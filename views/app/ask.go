package app

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/bar"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
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
)

// ask puts the price to the person where that is wished for, and else submits.
func (m *Model) ask(msg compose.AskMsg) tea.Cmd {
	m.asked = &order{ask: msg, nonce: m.o.Nonce(), practice: m.s.Practice}
	total, known := total(msg)
	left, told := m.s.Balances[msg.Model.Provider]
	switch {
	case msg.Model.Lifecycle.Status == catalogue.LifeRetired && !m.s.Practice:
		body := safe.Line("The service says of it: " + msg.Model.Lifecycle.Note + ".").Block()
		if next := m.s.Catalogue.Replacement(msg.Model); next != nil {
			body += "\n" + (safe.Line(m.s.Keys.Form.Successor.Help().Key) + " in the form moves this to " + words.Successor(msg.Model, next) + ".").Block()
		}
		m.question("Submit to a retired model?", body+"\n\n"+m.priceBody(msg), "try it", m.add)
	case known && told && total > left:
		m.question("The balance does not cover this", m.priceBody(msg), "submit all the same", m.add)
	case !known && !m.s.Practice:
		m.question(m.countWords(msg.Count)+" at an unknown price?", m.priceBody(msg), "submit", m.add)
	case known && (m.s.Settings.ConfirmAbove == 0 || total > m.s.Settings.ConfirmAbove):
		m.question(m.countWords(msg.Count)+" for "+safe.Line(total.String())+"?", m.priceBody(msg), "submit", m.add)
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
	b := s.Block() + "\n" + ("So far " + words.Today(m.s.Today)).Block() + "."
	if l := m.s.Settings.DailyLimit; l > 0 {
		b += " Your limit for a day is " + safe.Line(l.String()).Block() + "."
	}
	if left, told := m.s.Balances[msg.Model.Provider]; told {
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
func (m *Model) question(title safe.String, body safe.Block, yes safe.String, do dialog.Action) {
	m.dialogs.Push(&dialog.Choice{
		Name: "order", Title: title, Body: body, Deliberate: true, Left: m.turnedDown,
		Options: []dialog.Option{{Label: "No, back to the form", Do: m.turnedDown}, {Label: "Yes, " + yes, Do: do}},
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
	return m.s.Work(func(ctx context.Context) tea.Msg {
		added, err := m.s.Queue.Add(ctx, q)
		return addedMsg{jobs: added, err: err}
	})
}

// again goes on with the order, with one more question answered.
func (m *Model) again(answered func(o *order)) dialog.Action {
	return func() tea.Cmd {
		if m.asked == nil {
			return m.turnedDown()
		}
		answered(m.asked)
		return m.add()
	}
}

// due has the queue look for what is due, and read the live list.
func (m *Model) due() tea.Cmd {
	cmd, _ := m.pump.Update(studio.DueMsg{})
	return cmd
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
		m.question("Over your limit for a day?", safe.Line(fmt.Sprintf(
			"%s spent today, this asks for %s more, and the limit is %s.", b.Spent, b.Want, b.Limit)).Block(), "submit all the same", m.again(func(o *order) { o.overLimit = true }))
		return nil
	}
	if d, ok := errors.AsType[*store.ErrDuplicate](msg.err); ok {
		m.question("The same once more?", "You submitted exactly this "+safe.Line(bar.Age(d.At, m.s.Now())).Block()+
			".\nAnother take with a new seed costs the same again.", "submit again", m.again(func(o *order) { o.same = true }))
		return nil
	}
	m.asked = nil
	if msg.err != nil {
		return tea.Batch(m.turnedDown(), m.say(toast.Bad, "Not submitted. "+words.Error(msg.err)))
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
	taken := studio.AnsweredMsg{Taken: true, Jobs: msg.jobs, Seed: seed}
	return tea.Batch(m.tell(taken), m.say(toast.Good, text), m.due(), m.s.ReadToday())
}

// turnedDown ends an order that got a no.
func (m *Model) turnedDown() tea.Cmd {
	m.asked = nil
	return m.tell(studio.AnsweredMsg{})
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
			Name: "decide", Title: head, Body: title.Block() + "\n\n" + body,
			Options: []dialog.Option{{Label: "No"}, {Label: "Yes, " + yes, Do: func() tea.Cmd { return m.carryOut(msg.Decision, j.ID) }}},
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
	return m.s.Work(func(ctx context.Context) tea.Msg {
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
	cmds := []tea.Cmd{m.due(), m.tell(studio.RefreshMsg{}), m.s.ReadToday()}
	if msg.err != nil {
		return tea.Batch(append(cmds, m.say(toast.Bad, words.Error(msg.err)))...)
	}
	done := map[jobs.Decision]safe.String{
		jobs.Resend: "Sent again.", jobs.Drop: "Dropped.", jobs.Look: "Looking for it.",
		jobs.Cancel: "Taken out of the line. Nothing was sent.", jobs.Retry: "In line again.",
	}
	return tea.Batch(append(cmds, m.say(toast.Good, done[msg.what]))...)
}

// ordered handles submits and decisions about jobs, and the rewriting of
// prompts: what may have to be paid for.
func (m *Model) ordered(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case compose.AskMsg:
		return m.ask(msg), true
	case addedMsg:
		return m.applyAdded(msg), true
	case jobs.DecideMsg:
		return m.decide(msg), true
	case decidedMsg:
		return m.applyDecided(msg), true
	case compose.EnhanceMsg:
		return m.askEnhance(), true
	case enhancedMsg:
		return m.applyEnhanced(msg), true
	}
	return nil, false
}
