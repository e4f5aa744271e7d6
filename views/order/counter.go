// Package order leads a person through orders that may be billed: it has the
// order desk prepare them, shows the desk's questions as dialogs, has the order
// confirmed, and reports the result. The desk has the rules, views/words the
// wording.
package order

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/ui/toast"
	"seedreel/views/accounts"
	"seedreel/views/jobs"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// SubmitMsg orders clips. Values are complete and valid.
type SubmitMsg struct {
	Model    *catalogue.Model
	Values   catalogue.Values
	Count    int
	Estimate catalogue.Estimate
	Taken    job.Taken
	Labels   job.Labels
	// Aside is set for an order that does not come from the form.
	Aside bool
}

// OrderMsg orders several parts as one.
type OrderMsg struct {
	Drafts []order.Draft
	// Aside is set for an order that does not come from the form.
	Aside bool
}

// draft returns the order for the desk.
func (m *SubmitMsg) draft(practice bool) order.Draft {
	return order.Clip(m.Model, m.Values, m.Count, &m.Estimate, practice).Labeled(m.Labels).As(m.Taken)
}

// RewriteMsg orders a rewriting of the form's prompt.
type RewriteMsg struct{}

// deed is the purpose of an order.
type deed int

const (
	// submit makes clips of the form.
	submit deed = iota
	// resend sends an uncertain job once more.
	resend
	// retry makes a new job like one that failed.
	retry
	// mute makes one without the sound.
	mute
	// edit changes a job that waits.
	edit
	// rewriting has the prompt rewritten.
	rewriting
)

// asking is one order in progress.
type asking struct {
	deed   deed
	drafts []order.Draft
	// aside is set for an order that does not come from the form.
	aside bool
	// job is the job to send or try again, or to change; held is set if that
	// stays held back.
	job  *job.Job
	held bool

	p       *order.Prepared
	answers order.Answers
	// begun is set once the person has agreed to the deed itself.
	begun bool
}

// ofForm reports whether the order is what the form shows.
func (a *asking) ofForm() bool { return a.deed == submit || a.deed == edit }

type preparedMsg struct {
	a   *asking
	p   *order.Prepared
	err error
}

// madeMsg is the result of an order: jobs, or a new prompt.
type madeMsg struct {
	a    *asking
	jobs []*job.Job
	text string
	err  error
}

const (
	// preparing bounds the first step, most of which waits for prices.
	preparing = 15 * time.Second
	// patience bounds one rewriting: the service is asked once, and the answer
	// awaited.
	patience = 150 * time.Second
)

// errBusy refuses an order while another one is being asked about.
var errBusy = errors.New("another order is still being looked at")

// errMade refuses an order of which everything was made before.
var errMade = errors.New("it was made before, so nothing is left to make")

// Counter handles one order at a time, and others while a prompt is rewritten.
type Counter struct {
	s        *studio.Studio
	accounts *accounts.Accounts
	now      *asking
	// making is set while the desk handles now.
	making bool
	// rewriting is an order at a service, which may take minutes.
	rewriting *asking
	// paying is set once a person has agreed to a price in this session. Before
	// that even an order without questions is asked about: the key that submits
	// cancels in a shell.
	paying bool
	// looking has the searches that a person has asked for, by their job, and
	// when each was due.
	looking map[string]time.Time
}

// New returns a counter. The accounts are asked again if another process has
// ended practice.
func New(s *studio.Studio, a *accounts.Accounts) *Counter {
	return &Counter{s: s, accounts: a, looking: map[string]time.Time{}}
}

// Update handles orders, decisions about jobs, and their results.
func (c *Counter) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case SubmitMsg:
		return c.ask(&asking{drafts: []order.Draft{msg.draft(c.s.Practice)}, aside: msg.Aside})
	case OrderMsg:
		return c.ask(&asking{drafts: msg.Drafts, aside: msg.Aside})
	case EditMsg:
		return c.change(msg)
	case RewriteMsg:
		return c.rewrite()
	case jobs.DecideMsg:
		return c.decide(msg)
	case decidedMsg:
		return c.decided(msg)
	case studio.ChangedMsg:
		if msg.What == studio.Jobs {
			return c.followed()
		}
	case preparedMsg:
		return c.prepared(msg)
	case madeMsg:
		return c.made(msg)
	}
	return nil
}

// ask begins an order. It is refused while another one is being asked about.
func (c *Counter) ask(a *asking) tea.Cmd {
	if c.now != nil || a.deed == rewriting && c.rewriting != nil {
		return c.ended(madeMsg{a: a, err: errBusy})
	}
	c.now = a
	ctx, desk := c.s.Ctx, c.s.Desk
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, preparing)
		defer cancel()
		p, err := desk.Prepare(ctx, a.drafts...)
		return preparedMsg{a: a, p: p, err: err}
	}
}

func (c *Counter) prepared(msg preparedMsg) tea.Cmd {
	a := msg.a
	if a != c.now {
		return nil
	}
	if a.p = msg.p; msg.err == nil {
		switch errs := a.p.Errors(); {
		case len(errs) > 0:
			msg.err = &order.InvalidError{Errors: errs}
		case words.Clips(a.p) == 0:
			msg.err = errMade
		default:
			msg.err = a.p.Unready()
		}
	}
	if msg.err != nil {
		c.now = nil
		return c.ended(madeMsg{a: a, err: msg.err})
	}
	return tea.Batch(c.follow(a.p.Rules), c.next(a.p.Open(a.answers)))
}

// next asks the open questions, and makes the order if there are none.
func (c *Counter) next(open []order.Question) tea.Cmd {
	first := !c.now.begun && (!c.now.ofForm() || len(open) == 0 && !c.paying && c.pays(c.now))
	if len(open) == 0 && !first {
		return c.make()
	}
	c.s.Dialogs.Push(c.dialog(open, first))
	return nil
}

// answer applies an answer to a dialog about an order, and goes on with it.
func (c *Counter) answer(a *asking, take func()) tea.Cmd {
	if a != c.now || c.making {
		return nil
	}
	take()
	a.begun = true
	c.paying = c.paying || a.ofForm() && c.pays(a)
	return c.next(a.p.Open(a.answers))
}

// pays reports whether an order may be billed: practice is not, nor is what
// goes to a simulator on this machine.
func (c *Counter) pays(a *asking) bool {
	l := &a.p.Lines[0]
	return !l.Practice && c.s.Account(l.Model.Provider) == ""
}

// decline ends an order that was answered with no.
func (c *Counter) decline() tea.Cmd {
	a := c.now
	if c.now = nil; a == nil || !a.ofForm() {
		return nil
	}
	return c.s.Tell(studio.AnsweredMsg{Aside: a.aside, Edited: a.deed == edit})
}

// make confirms the order as a command.
func (c *Counter) make() tea.Cmd {
	a, ctx, desk, limit := c.now, c.s.Ctx, c.s.Desk, studio.Timeout
	if a.deed == rewriting {
		limit = patience
		c.now, c.rewriting = nil, a
	} else {
		c.making = true
	}
	confirm := func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		msg := madeMsg{a: a}
		if a.deed == rewriting {
			msg.text, msg.err = desk.Rewrite(ctx, a.p, a.answers)
		} else {
			msg.jobs, msg.err = desk.Confirm(ctx, a.p, a.answers)
		}
		return msg
	}
	if a.deed == rewriting {
		return tea.Batch(c.s.Say(toast.Info, "Rewriting the prompt."), confirm)
	}
	return confirm
}

// made asks the questions that came up only at the confirmation, or ends the
// order.
func (c *Counter) made(msg madeMsg) tea.Cmd {
	if msg.a == c.rewriting {
		c.rewriting = nil
	} else {
		c.now, c.making = nil, false
	}
	rules := c.follow(msg.a.p.Rules)
	if open, ok := errors.AsType[*order.OpenError](msg.err); ok && c.now == nil {
		c.now = msg.a
		return tea.Batch(rules, c.next(open.Questions))
	}
	return tea.Batch(rules, c.ended(msg))
}

// follow adopts the current rules for orders: another process may have changed
// them.
func (c *Counter) follow(r order.Rules) tea.Cmd {
	c.s.Settings.DailyLimit, c.s.Settings.ConfirmAbove = r.Limit, r.Threshold
	if r.Practice == c.s.Practice {
		return nil
	}
	return tea.Batch(c.s.Tell(studio.ChangedMsg{What: studio.Settings}), c.accounts.Retest())
}
