package order

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// EditMsg changes what a waiting job asks for. Values are complete and valid.
type EditMsg struct {
	Job      *job.Job
	Model    *catalogue.Model
	Values   catalogue.Values
	Estimate catalogue.Estimate
	// Held is set if the job was held back before it was taken into the form,
	// and shall be afterwards.
	Held bool
}

func (c *Counter) change(msg EditMsg) tea.Cmd {
	d := order.Edit(msg.Job, msg.Model, msg.Values, &msg.Estimate)
	return c.ask(&asking{deed: edit, drafts: []order.Draft{d}, job: msg.Job, held: msg.Held})
}

// edited reports that a waiting job was changed, or why not.
func (c *Counter) edited(msg madeMsg) tea.Cmd {
	told := studio.AnsweredMsg{Taken: msg.err == nil, Edited: true, Jobs: msg.jobs}
	cmds := []tea.Cmd{c.s.Tell(told), c.s.Tell(studio.RefreshMsg{}), studio.Send(studio.DueMsg{}), c.s.ReadToday()}
	if msg.err != nil {
		said := "Not changed. " + words.Error(msg.err)
		if _, stale := errors.AsType[*store.ErrStale](msg.err); stale {
			said = "Not changed: it no longer waits in line. What is in the form can be submitted as another one."
		}
		return tea.Batch(append(cmds, c.s.Say(toast.Bad, said))...)
	}
	if !msg.a.held {
		cmds = append(cmds, c.letGo(msg.a.job.ID))
	}
	return tea.Batch(append(cmds, c.s.Say(toast.Good, "Changed; it keeps its place in line."))...)
}

// letGo lets a job go on that was held back while it was edited.
func (c *Counter) letGo(id string) tea.Cmd {
	queue := c.s.Queue
	return c.s.Work(func(ctx context.Context) tea.Msg {
		_, err := queue.Pause(ctx, id, false)
		if _, gone := errors.AsType[*store.ErrStale](err); gone {
			err = nil // somebody took it out of the line
		}
		return decidedMsg{what: jobs.Edit, err: err}
	})
}

// hold holds a waiting job back or lets it go on. One that is to be edited is
// held back, so that it does not leave meanwhile.
func (c *Counter) hold(what jobs.Decision, j *job.Job) tea.Cmd {
	queue, on := c.s.Queue, what == jobs.Edit || !j.Paused
	held := j.Paused
	return c.s.Work(func(ctx context.Context) tea.Msg {
		msg := decidedMsg{what: what}
		msg.job, msg.err = queue.Pause(ctx, j.ID, on)
		switch {
		case what == jobs.Edit:
			msg.edit = &studio.EditMsg{Job: msg.job, Held: held}
		case on:
			msg.said = "Held back; it keeps its place in line."
		default:
			msg.said = "It waits for its turn again."
		}
		return msg
	})
}

// holdLine holds the whole line back or lets it go on.
func (c *Counter) holdLine(on bool) tea.Cmd {
	queue := c.s.Queue
	return c.s.Work(func(ctx context.Context) tea.Msg {
		msg := decidedMsg{what: jobs.HoldLine, said: "The line goes on.", err: queue.PauseLine(ctx, on)}
		if on {
			msg.said = "The line is held back: nothing more is sent. What the services have goes on."
		}
		return msg
	})
}

// move changes the place of a waiting job in the line.
func (c *Counter) move(what jobs.Decision, id string) tea.Cmd {
	queue, by := c.s.Queue, 1
	if what == jobs.Earlier {
		by = -1
	}
	return c.s.Work(func(ctx context.Context) tea.Msg {
		place, err := queue.Move(ctx, id, by)
		return decidedMsg{what: what, err: err, said: safe.Line(fmt.Sprintf("Number %d in line.", place))}
	})
}
