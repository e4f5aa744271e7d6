// Package order leads a person through an order on the screen: it has the order
// desk prepare it, puts the desk's questions into dialogs, and has it confirmed.
// The rules are the desk's, the words are those of views/words.
package order

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/store"
	"seedreel/ui/dialog"
	"seedreel/ui/toast"
	"seedreel/views/studio"
)

// Deed is what an order is for.
type Deed int

// The deeds.
const (
	// Submit makes clips of the form.
	Submit Deed = iota
	// Resend sends an uncertain job once more.
	Resend
	// Retry makes a new job as one that failed.
	Retry
	// Rewrite has the prompt rewritten.
	Rewrite
)

// Asking is one order on its way.
type Asking struct {
	Deed  Deed
	Draft order.Draft
	// Job is the job that is sent or tried again.
	Job *job.Job

	p       *order.Prepared
	answers order.Answers
	// open is what the dialog that is shown asks.
	open []order.Question
	// begun is set once the deed was agreed to as such.
	begun bool
}

// EndedMsg reports what came of an order to the root.
type EndedMsg struct {
	*Asking
	// Declined is set where the person said no.
	Declined bool
	// Jobs were made, or Text is the new prompt.
	Jobs []*job.Job
	Text string
	Err  error
}

// RulesMsg tells the root what holds for orders now: another process may have
// changed it.
type RulesMsg struct{ Rules order.Rules }

// Msg is a message of this package, for Update.
type Msg interface{ step() }

type preparedMsg struct {
	a   *Asking
	p   *order.Prepared
	err error
}

type madeMsg struct {
	a    *Asking
	jobs []*job.Job
	text string
	err  error
}

func (preparedMsg) step() {}
func (madeMsg) step()     {}

const (
	// preparing bounds the first step, most of which waits for prices.
	preparing = 15 * time.Second
	// rewriting bounds one rewriting: the service is asked once and waited for.
	rewriting = 150 * time.Second
)

// Options is the world around a counter.
type Options struct {
	Studio *studio.Studio
	Desk   *order.Desk
	// Today returns what the day has cost so far.
	Today func() store.Committed
}

// errBusy refuses an order while another is looked at.
var errBusy = errors.New("another order is still being looked at")

// Counter takes one order at a time, and others while a prompt is rewritten.
type Counter struct {
	o   Options
	now *Asking
	// making is set while now is with the desk.
	making bool
	// rewriting is at a service, which may take minutes.
	rewriting *Asking
}

// New returns a counter.
func New(o Options) *Counter { return &Counter{o: o} }

// Ask begins an order. While another is looked at it is refused.
func (c *Counter) Ask(a Asking) tea.Cmd {
	if c.now != nil || a.Deed == Rewrite && c.rewriting != nil {
		return studio.Send(EndedMsg{Asking: &a, Err: errBusy})
	}
	c.now = &a
	ask, ctx, desk := &a, c.o.Studio.Ctx, c.o.Desk
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, preparing)
		defer cancel()
		p, err := desk.Prepare(ctx, ask.Draft)
		return preparedMsg{a: ask, p: p, err: err}
	}
}

// Update takes a message of this package. A dialog that it returns is to be
// opened.
func (c *Counter) Update(msg Msg) (dialog.Dialog, tea.Cmd) {
	switch msg := msg.(type) {
	case preparedMsg:
		if msg.a == c.now {
			return c.prepared(msg)
		}
	case madeMsg:
		return c.ended(msg)
	}
	return nil, nil
}

func (c *Counter) prepared(msg preparedMsg) (dialog.Dialog, tea.Cmd) {
	a := c.now
	if a.p = msg.p; msg.err == nil {
		if errs := a.p.Errors(); len(errs) > 0 {
			msg.err = &order.InvalidError{Errors: errs}
		} else {
			msg.err = a.p.Unready()
		}
	}
	if msg.err != nil {
		return nil, c.end(EndedMsg{Asking: a, Err: msg.err})
	}
	rules := studio.Send(RulesMsg{Rules: a.p.Rules})
	d, cmd := c.next(a.p.Open(a.answers))
	return d, tea.Batch(rules, cmd)
}

// next asks what is open, and makes the order when nothing is.
func (c *Counter) next(open []order.Question) (dialog.Dialog, tea.Cmd) {
	a := c.now
	first := a.Deed != Submit && !a.begun // these ask in any case
	if len(open) == 0 && !first {
		return nil, c.make()
	}
	d, about := c.dialog(open, first)
	a.open = about
	return d, nil
}

// Answer takes what a dialog of this package was answered with, and reports
// whether it was one.
func (c *Counter) Answer(action dialog.Action) (d dialog.Dialog, cmd tea.Cmd, mine bool) {
	if !Dialog(action) {
		return nil, nil, false
	}
	a := c.now
	if a == nil || a.p == nil || c.making {
		return nil, nil, true
	}
	switch x := action.(type) {
	case dialog.Chosen:
		if x.Option != "yes" {
			return nil, c.decline(), true
		}
		a.answers = a.answers.Agree(a.open...)
	case dialog.Entered:
		n, err := usd.Parse(x.Text)
		if err != nil {
			return nil, c.decline(), true
		}
		a.answers.Ceiling = &n
	default:
		return nil, c.decline(), true
	}
	a.begun = true
	d, cmd = c.next(a.p.Open(a.answers))
	return d, cmd, true
}

func (c *Counter) decline() tea.Cmd { return c.end(EndedMsg{Asking: c.now, Declined: true}) }

func (c *Counter) end(msg EndedMsg) tea.Cmd {
	c.now, c.making = nil, false
	return studio.Send(msg)
}

// make confirms the order as a command.
func (c *Counter) make() tea.Cmd {
	a, ctx, desk, limit := c.now, c.o.Studio.Ctx, c.o.Desk, studio.Timeout
	if a.Deed == Rewrite {
		limit = rewriting
		c.now, c.rewriting = nil, a
	} else {
		c.making = true
	}
	confirm := func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		msg := madeMsg{a: a}
		if a.Deed == Rewrite {
			msg.text, msg.err = desk.Rewrite(ctx, a.p, a.answers)
		} else {
			msg.jobs, msg.err = desk.Confirm(ctx, a.p, a.answers)
		}
		return msg
	}
	if a.Deed == Rewrite {
		return tea.Batch(studio.Say(toast.Info, "Rewriting the prompt."), confirm)
	}
	return confirm
}

// ended asks what came up only when the order was confirmed, or is done.
func (c *Counter) ended(msg madeMsg) (dialog.Dialog, tea.Cmd) {
	if msg.a == c.rewriting {
		c.rewriting = nil
	} else {
		c.now, c.making = nil, false
	}
	rules := studio.Send(RulesMsg{Rules: msg.a.p.Rules})
	if open, ok := errors.AsType[*order.OpenError](msg.err); ok && c.now == nil {
		c.now = msg.a
		d, cmd := c.next(open.Questions)
		return d, tea.Batch(rules, cmd)
	}
	return nil, tea.Batch(rules, studio.Send(EndedMsg{Asking: msg.a, Jobs: msg.jobs, Text: msg.text, Err: msg.err}))
}
