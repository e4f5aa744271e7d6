package order

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
	"seedreel/state/media"
	"seedreel/state/store"
)

// OpenError is returned for an order with open questions. They may be new ones:
// Confirm checks everything again.
type OpenError struct{ Questions []Question }

// Error lists the kinds of the questions.
func (e *OpenError) Error() string {
	kinds := make([]string, len(e.Questions))
	for i := range e.Questions {
		kinds[i] = string(e.Questions[i].Kind)
	}
	return "not confirmed: " + strings.Join(kinds, ", ")
}

// InvalidError is returned for an order with invalid fields.
type InvalidError struct{ Errors []catalogue.FieldError }

// Error returns the first of them.
func (e *InvalidError) Error() string { return e.Errors[0].Error() }

// Confirm makes the order: when it returns, all jobs are on disk and queued, or
// none. Confirming the same order twice makes it once. It fails with *OpenError
// while a question is open, *InvalidError, *store.ErrStale if a job has changed
// meanwhile, *store.ErrDiskFull, or the reason why a service cannot be used.
func (d *Desk) Confirm(ctx context.Context, p *Prepared, a Answers) ([]*job.Job, error) {
	if p.drafts[0].kind == rewriting {
		return nil, errMixed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return p.made, nil
	}
	err := d.check(ctx, p, a)
	if err != nil {
		return nil, err
	}
	if err := d.make(ctx, p, a); err != nil {
		return nil, err
	}
	p.done = true
	return p.made, nil
}

// make writes the order.
func (d *Desk) make(ctx context.Context, p *Prepared, a Answers) error {
	switch from := &p.drafts[0]; from.kind {
	case again:
		j, err := d.o.Store.Again(ctx, from.of.ID, d.guard(p, a))
		if err != nil {
			return fmt.Errorf("sending again: %w", p.refused(err))
		}
		p.made = []*job.Job{j}
	case edit:
		j, err := d.o.Store.Edit(ctx, from.of.ID, p.jobs[0].Wanted(), d.guard(p, a))
		if err != nil {
			return fmt.Errorf("changing a waiting job: %w", p.refused(err))
		}
		p.made = []*job.Job{j}
	case clip, retry, rewriting:
		now := d.o.Now().UTC()
		for _, j := range p.jobs {
			j.CreatedAt = now
		}
		made, err := d.o.Store.Insert(ctx, p.jobs, d.guard(p, a))
		if err != nil {
			return fmt.Errorf("adding jobs: %w", p.refused(err))
		}
		p.made = slices.Clone(p.all)
		for i, j := range made {
			p.made[p.at[i]] = j
		}
	}
	return nil
}

// Rewrite orders a prompt rewritten and returns the new prompt. The order is
// recorded before it is sent, and counts in the sums unless it is proved to
// have cost nothing. Rewrite fails as Confirm does, with store.ErrOnce if the
// same order was made before, account.ErrNotOffered, or the service's error.
func (d *Desk) Rewrite(ctx context.Context, p *Prepared, a Answers) (string, error) {
	from := &p.drafts[0]
	if from.kind != rewriting {
		return "", errMixed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return "", store.ErrOnce
	}
	if err := d.check(ctx, p, a); err != nil {
		return "", err
	}
	l := &p.Lines[0]
	provider, err := d.o.Providers(l.Model.Provider, l.Practice)
	if err != nil {
		return "", err
	}
	o, ok := provider.(client.Optimizer)
	if !ok {
		return "", fmt.Errorf("%s: %w", l.Model.Provider, account.ErrNotOffered)
	}
	w := from.wish
	if w.Image, err = handOver(ctx, provider, from.image, d.o.Home); err != nil {
		return "", err
	}
	at := store.Attempt{Provider: l.Model.Provider, Model: l.Model.ID, Practice: l.Practice, At: d.o.Now().UTC()}
	if most, ok := l.Each.Ceiling(); ok {
		at.Estimate = &most
	}
	n, err := d.o.Store.Rewriting(ctx, at, d.guard(p, a))
	if err != nil {
		return "", fmt.Errorf("rewriting: %w", p.refused(err))
	}
	p.done = true
	text, err := o.Enhance(ctx, l.Model, w)
	outcome, why := job.OutcomeBilled, job.ReasonNone
	if err != nil {
		outcome, why = judged(client.KindOf(err))
	}
	return text, errors.Join(err, d.o.Store.EndRewriting(context.WithoutCancel(ctx), n, outcome, why))
}

// judged returns what an error proves about the bill, by the rules for a clip
// that was not accepted.
func judged(k client.Kind) (job.Outcome, job.Reason) {
	switch k {
	case client.KindNotSent, client.KindRateLimited:
		return job.OutcomeUnbilled, job.ReasonNotSubmitted
	case client.KindInvalid, client.KindUnauthorized, client.KindNoFunds, client.KindModeration, client.KindNotFound, client.KindFailed:
		return job.OutcomeUnbilled, job.ReasonOf(k)
	case client.KindUncertain, client.KindUnavailable, client.KindUnknown:
	}
	return job.OutcomeMaybe, job.ReasonNone
}

// handOver gives a picture to the service and returns its reference: a link
// unchanged, a file as the service names it.
func handOver(ctx context.Context, p client.Provider, image, home string) (string, error) {
	if image == "" {
		return "", nil
	}
	item, err := media.Parse(image, home)
	if err != nil || item.Kind != media.Path {
		return item.Value, err
	}
	f, err := media.File(item.Value)
	if err != nil {
		return "", err
	}
	return p.HandOver(ctx, f, func(int64, int64) {})
}

// check checks again what may have changed since the order was prepared, and
// returns an error while anything is open.
func (d *Desk) check(ctx context.Context, p *Prepared, a Answers) error {
	rules, err := d.o.Rules()
	if err != nil {
		return fmt.Errorf("reading what holds for orders: %w", err)
	}
	moved := rules.Practice != p.Rules.Practice
	p.Rules = rules
	if moved {
		// Prices and accounts are different now.
		if err := d.price(ctx, p); err != nil {
			return err
		}
	}
	if errs := p.Errors(); len(errs) > 0 {
		return &InvalidError{Errors: errs}
	}
	for i := range p.Lines {
		if l := &p.Lines[i]; !l.Practice {
			l.Unready = d.o.Ready(l.Model.Provider)
		}
	}
	if err := p.Unready(); err != nil {
		return err
	}
	if err := d.look(ctx, p); err != nil {
		return err
	}
	if open := p.Open(a); len(open) > 0 {
		return &OpenError{Questions: open}
	}
	return nil
}

// guard returns the pass for the answers.
func (d *Desk) guard(p *Prepared, a Answers) guard.Guard {
	t := guard.Terms{
		Nonce: p.nonce, Since: d.today(), Ceiling: p.ceiling(a), Distinct: true,
		Limit: func() (usd.Micro, error) {
			r, err := d.o.Rules()
			return r.Limit, err
		},
	}
	if most, ok := p.Lines[0].Each.Ceiling(); ok {
		t.Estimate = &most
	}
	for i := range a.Yes {
		switch q := &a.Yes[i]; {
		case q.Kind == SameAgain:
			t.Repeats = append(t.Repeats, q.Job)
		case q.Kind == OverLimit && q.Which == LimitDay:
			t.Agreed = max(t.Agreed, q.Amount)
		}
	}
	return guard.New(t)
}

// refused turns what the store's transaction found into the question that is
// then open. The next confirmation finds it by itself.
func (p *Prepared) refused(err error) error {
	if b, ok := errors.AsType[*store.ErrBudget](err); ok {
		return &OpenError{Questions: []Question{{
			Kind: OverLimit, Line: -1, Which: LimitDay, Amount: b.Spent.Plus(b.Want), Bound: b.Limit, Spent: b.Spent, Practice: p.Lines[0].Practice,
		}}}
	}
	if u, ok := errors.AsType[*store.ErrUnpriced](err); ok {
		return &OpenError{Questions: []Question{{Kind: UnknownPrice, NeedsCeiling: true, Bound: u.Limit}}}
	}
	if e, ok := errors.AsType[*store.ErrDuplicate](err); ok {
		return &OpenError{Questions: []Question{{Kind: SameAgain, Line: p.lineOf(e), Job: e.ID, At: e.At}}}
	}
	return err
}

// lineOf returns the line that an earlier job equals.
func (p *Prepared) lineOf(e *store.ErrDuplicate) int {
	n := 0
	for i := range p.Lines {
		for range p.Lines[i].Count {
			if n < len(p.same) && p.same[n] != nil && p.same[n].ID == e.ID {
				return i
			}
			n++
		}
	}
	return 0
}
