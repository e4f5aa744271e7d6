package order

import (
	"cmp"
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/rewrite"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// decidedMsg is the result of a decision about a job.
type decidedMsg struct {
	what jobs.Decision
	job  *job.Job
	// said replaces the usual message.
	said safe.String
	// edit is what the form gets, nil for nothing.
	edit *studio.EditMsg
	err  error
}

// ended reports the result of an order.
func (c *Counter) ended(msg madeMsg) tea.Cmd {
	switch msg.a.deed {
	case submit:
		return c.submitted(msg)
	case resend:
		return c.decided(decidedMsg{what: jobs.Resend, err: msg.err})
	case retry:
		return c.decided(decidedMsg{what: jobs.Retry, err: msg.err})
	case mute:
		return c.decided(decidedMsg{what: jobs.Mute, err: msg.err})
	case edit:
		return c.edited(msg)
	case rewriting:
		return c.rewritten(msg)
	}
	return nil
}

func (c *Counter) submitted(msg madeMsg) tea.Cmd {
	if msg.err != nil {
		return tea.Batch(c.s.Tell(studio.AnsweredMsg{Aside: msg.a.aside}), c.s.Say(toast.Bad, "Not submitted. "+words.Error(msg.err)))
	}
	seed := int64(0)
	for _, j := range msg.jobs {
		seed = j.Seed
	}
	// The service has not accepted it yet; the list shows when it does.
	text := safe.String("In line: 1 clip.")
	if n := len(msg.jobs); n > 1 {
		text = safe.Line(fmt.Sprintf("In line: %d clips.", n))
	}
	taken := studio.AnsweredMsg{Taken: true, Aside: msg.a.aside, Jobs: msg.jobs, Seed: seed}
	return tea.Batch(c.s.Tell(taken), c.s.Say(toast.Info, text), studio.Send(studio.DueMsg{}), c.s.ReadToday())
}

func (c *Counter) rewritten(msg madeMsg) tea.Cmd {
	if msg.err != nil {
		return tea.Batch(c.s.Say(toast.Bad, "The prompt is as it was. "+words.Error(msg.err)), c.s.ReadToday())
	}
	c.s.Dialogs.PushUnasked(rewrite.New(c.s, c.prompt(), msg.text))
	return tea.Batch(c.s.Tell(studio.BalanceMsg{}), c.s.ReadToday())
}

// decide begins to carry out a decision about a job.
func (c *Counter) decide(msg jobs.DecideMsg) tea.Cmd {
	j := msg.Job
	switch msg.Decision {
	case jobs.Resend:
		return c.ask(&asking{deed: resend, drafts: []order.Draft{order.Again(j)}, job: j})
	case jobs.Retry:
		return c.ask(&asking{deed: retry, drafts: []order.Draft{order.Retry(j)}, job: j})
	case jobs.Mute:
		return c.ask(&asking{deed: mute, drafts: []order.Draft{order.Silent(j)}, job: j})
	case jobs.Drop:
		c.s.Dialogs.Push(c.drop(j))
		return nil
	case jobs.Look:
		if len(j.Lookup.Candidates) > 0 {
			c.s.Dialogs.Push(c.candidate(j, &j.Lookup.Candidates[0]))
			return nil
		}
	case jobs.HoldLine:
		return c.holdLine(!c.s.Live.Paused)
	case jobs.Edit, jobs.Hold:
		return c.hold(msg.Decision, j)
	case jobs.Earlier, jobs.Later:
		return c.move(msg.Decision, j.ID)
	case jobs.Cancel, jobs.Ask, jobs.AskHere:
	}
	return c.carryOut(msg.Decision, j.ID)
}

// drop asks whether to give up a job.
func (c *Counter) drop(j *job.Job) dialog.Dialog {
	price := safe.String("an unknown price")
	if j.Estimate != nil {
		price = safe.Line(j.Estimate.String())
	}
	body := named(j)
	if j.Practice {
		body += "It is no longer looked for. If it was made, the clip is lost; practice costs nothing."
	} else {
		body += "It is no longer looked for. If it was made, " + price.Block() + " is spent and the clip is lost."
	}
	return &dialog.Choice{
		Name: dialogOrder, Title: "Drop it?", Body: body,
		Options: []dialog.Option{{Label: "No"}, {Label: "Yes, drop it", Do: func() tea.Cmd { return c.carryOut(jobs.Drop, j.ID) }}},
	}
}

// candidate asks whether a record at the service is a job's.
func (c *Counter) candidate(j *job.Job, r *job.Candidate) dialog.Dialog {
	what := "Made at an unknown time"
	if !r.MadeAt.IsZero() {
		what = "Made at " + r.MadeAt.In(c.s.Zone).Format("15:04:05 on 2 January")
	}
	if r.Price != nil {
		what += ", " + r.Price.String()
	}
	sent := "; this job was sent at " + j.PostedAt.In(c.s.Zone).Format("15:04:05") + "."
	body := named(j) + safe.Line(what+sent).Block() + "\nIts id at the service is " + safe.Line(r.RemoteID).Block() + "."
	answer := func(yes bool) func() tea.Cmd { return func() tea.Cmd { return c.resolve(j.ID, r.RemoteID, yes) } }
	return &dialog.Choice{
		Name: dialogOrder, Title: "Is it this one?", Body: body,
		Options: []dialog.Option{
			{Label: "I do not know"},
			{Label: "Yes, take it over", Do: answer(true)},
			{Label: "No, it is another one", Do: answer(false), Key: "n"},
			{Label: "Look again", Do: func() tea.Cmd { return c.carryOut(jobs.Look, j.ID) }},
		},
	}
}

// resolve carries out the answer about a candidate, as a command.
func (c *Counter) resolve(id, record string, yes bool) tea.Cmd {
	queue := c.s.Queue
	return c.s.Work(func(ctx context.Context) tea.Msg {
		_, err := queue.Resolve(ctx, id, record, yes)
		msg := decidedMsg{what: jobs.Look, err: err}
		if err == nil {
			msg.said = "Ruled out. The search goes on."
			if yes {
				msg.said = "Taken over."
			}
		}
		return msg
	})
}

// carryOut runs the decisions that cost nothing, as a command.
func (c *Counter) carryOut(what jobs.Decision, id string) tea.Cmd {
	queue := c.s.Queue
	return c.s.Work(func(ctx context.Context) tea.Msg {
		msg := decidedMsg{what: what}
		switch what {
		case jobs.Drop:
			_, msg.err = queue.Drop(ctx, id)
		case jobs.Look:
			msg.job, msg.err = queue.LookNow(ctx, id)
		case jobs.Ask:
			msg.job, msg.err = queue.AskAgain(ctx, id)
		case jobs.AskHere:
			msg.job, msg.err = queue.AskHere(ctx, id)
		case jobs.Cancel:
			msg.job, msg.err = queue.Cancel(ctx, id)
		case jobs.Resend, jobs.Retry, jobs.Mute: // the order desk's
		case jobs.Edit, jobs.Hold, jobs.HoldLine, jobs.Earlier, jobs.Later: // of the line
		}
		return msg
	})
}

func (c *Counter) decided(msg decidedMsg) tea.Cmd {
	cmds := []tea.Cmd{studio.Send(studio.DueMsg{}), c.s.Tell(studio.RefreshMsg{}), c.s.ReadToday()}
	if msg.err != nil {
		return tea.Batch(append(cmds, c.s.Say(toast.Bad, words.Error(msg.err)))...)
	}
	done := map[jobs.Decision]safe.String{
		jobs.Resend: "Sent again.", jobs.Drop: "Dropped.",
		jobs.Cancel: "Taken out of the line. Nothing was sent.", jobs.Retry: "In line again.",
		jobs.Mute: "In line again, without sound.", jobs.Ask: "Asking the service for it again. That costs nothing.",
		jobs.AskHere: "Asking for it with the key in use now. That costs nothing.",
	}
	if msg.what == jobs.Cancel && msg.job != nil && msg.job.RemoteID != "" {
		done[jobs.Cancel] = "Stopped at the service before it began. Nothing is charged."
	}
	switch {
	case msg.what == jobs.Look && msg.said == "":
		return tea.Batch(append(cmds, c.begin(msg.job))...)
	case msg.edit != nil:
		return tea.Batch(append(cmds, c.s.Tell(*msg.edit))...)
	case msg.what == jobs.Edit:
		return tea.Batch(cmds...)
	}
	said, kind := cmp.Or(msg.said, done[msg.what]), toast.Info // it has begun
	if msg.what == jobs.Drop || msg.what == jobs.Cancel {
		kind = toast.Good
	}
	return tea.Batch(append(cmds, c.s.Say(kind, said))...)
}
