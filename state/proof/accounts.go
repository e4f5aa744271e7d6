package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
)

// twoAccounts changes the key while paid jobs are being made: each account has
// jobs, and the program is run with the wrong key for some time.
func twoAccounts(ctx context.Context, l *lab) (figure, error) {
	s, home, err := l.shop(ctx, 1000)
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	const other = "sk-another"
	owned := l.rounds(2, 20) // of each account at each service
	for _, key := range []string{proofKey, other} {
		for n := range sellers() {
			// The second account orders models without a seed.
			if key == other {
				n += len(sellers())
			}
			if code, said, err := l.runsWith(ctx, key, home, l.anyArgs(n, "of "+key, owned)...); err != nil || code != 0 {
				return figure{}, fmt.Errorf("ordering ended with %d: %w: %s", code, err, tail(said))
			}
		}
	}
	// First with a key that owns none of them, then with each in turn.
	lost, waited, swaps := 0, 0, 0
	for _, key := range []string{"sk-nobodys", other, proofKey} {
		swaps++
		if _, _, err := l.runsWith(ctx, key, home, "wait", "--timeout", "3s"); err != nil {
			return figure{}, err
		}
		n, waiting, err := due(ctx, home)
		if err != nil {
			return figure{}, err
		}
		lost, waited = lost+n, waited+waiting
	}
	a, err := check(ctx, home, s, nil)
	if err != nil {
		return figure{}, err
	}
	missing := 2*owned*len(sellers()) - a.saved
	if waited == 0 {
		return figure{}, errors.New("no job was asked for with the wrong key")
	}
	return figure{
		rounds: fmt.Sprintf("%d jobs, %d changes of the key, %d waits for an account", a.jobs, swaps, waited),
		seen:   fmt.Sprintf("%d ended under the wrong key, %d missing, %s", lost, missing, a.String()),
		bad:    lost + missing + a.bad(),
	}, ctx.Err()
}

// due lets all open jobs be asked for at once, as they are some time after the
// key was changed, and returns how many ended without a clip, and how many wait for
// their account.
func due(ctx context.Context, home string) (lost, waiting int, err error) {
	st, err := open(ctx, home)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	jobs, err := everything(ctx, st)
	for _, j := range jobs {
		if j.State == job.Failed || j.State == job.Uncertain {
			lost++
		}
		if j.Waiting == job.WaitAccount {
			waiting++
		}
		if j.State.Open() {
			_, soon := st.Advance(ctx, j.ID, []job.State{j.State}, func(j *job.Job) { j.NextAt = time.Time{} })
			err = errors.Join(err, soon)
		}
	}
	return lost, waiting, err
}

// limitElsewhere changes the limit from a process of its own, while the program
// is open with orders prepared, and while a command waits for a price.
func limitElsewhere(ctx context.Context, l *lab) (figure, error) {
	return atEach(func(who seller) (figure, error) { return l.limitElsewhere(ctx, who) })
}

func (l *lab) limitElsewhere(ctx context.Context, who seller) (figure, error) {
	const room = 2
	c, err := l.counter(ctx, 100*usd.Dollar)
	if err != nil {
		return figure{}, err
	}
	defer c.s.close()
	e, err := c.engine(ctx)
	if err != nil {
		return figure{}, err
	}
	var ready []*order.Prepared
	for i := range 2 * room {
		p, err := prepared(ctx, e, l.model(who, "text-to-video"), fmt.Sprintf("prepared %d", i))
		if err != nil {
			return figure{}, errors.Join(err, e.Close())
		}
		ready = append(ready, p)
	}
	if err := c.allow(ctx, room*l.price(who)); err != nil {
		return figure{}, errors.Join(err, e.Close())
	}
	if n, err := confirm(ctx, e, ready); err != nil || n != room {
		c.miss("%d prepared orders were let through, %d fit (%v)", n, room, err)
	}
	if d, ok := all.Find(string(who)); ok && d.Can.Quote {
		if err := c.command(ctx, who, l.price(who)); err != nil {
			return figure{}, errors.Join(err, e.Close())
		}
	}
	// More is seen as soon as less.
	if err := c.allow(ctx, (room+1)*l.price(who)); err != nil {
		return figure{}, errors.Join(err, e.Close())
	}
	if n, err := confirm(ctx, e, ready[room:]); err != nil || n != 1 {
		c.miss("%d prepared orders were let through, 1 fits (%v)", n, err)
	}
	if err := errors.Join(e.Close(), l.goOn(ctx, c.home, "1m")); err != nil {
		return figure{}, err
	}
	return c.figure(ctx, fmt.Sprintf("%d prepared orders, 1 command, 3 changes", len(ready)))
}

// allow sets the limit from another process.
func (c *counter) allow(ctx context.Context, limit usd.Micro) error {
	c.limit = limit
	return c.want(ctx, 0, "settings", "set", "daily_limit_usd", fmt.Sprintf("%f", float64(limit)/float64(usd.Dollar)))
}

// command starts an order and changes the limit while it waits for the price.
func (c *counter) command(ctx context.Context, who seller, price usd.Micro) error {
	asked, answer := make(chan struct{}), make(chan struct{})
	var once sync.Once
	c.s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isQuote(r) {
			once.Do(func() { close(asked) })
			<-answer
		}
		next.ServeHTTP(w, r)
	})
	was := c.limit
	if err := c.allow(ctx, 100*usd.Dollar); err != nil {
		return err
	}
	p, err := c.l.start(ctx, c.home, nil, c.l.submitArgs(who, "while it asks", 1)...)
	if err != nil {
		return err
	}
	select {
	case <-asked:
	case <-p.dead:
		c.miss("a command asked for no price: %s", tail(p.said()))
	}
	err = c.allow(ctx, was)
	close(answer)
	<-p.dead
	if code := p.cmd.ProcessState.ExitCode(); code != 5 {
		c.miss("a command ends with %d, not 5, for %s more: %s", code, price, tail(p.said()))
	}
	return err
}

func prepared(ctx context.Context, e *engine.Engine, m *catalogue.Model, prompt string) (*order.Prepared, error) {
	m = e.Catalogue.Now().Model(m.Ref())
	p, err := e.Desk.Prepare(ctx, order.Clip(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt)}), 1, nil, false))
	if err != nil {
		return nil, fmt.Errorf("preparing an order: %w", err)
	}
	return p, nil
}

// confirm confirms orders with a yes to everything but the limit, and returns
// how many were let through.
func confirm(ctx context.Context, e *engine.Engine, all []*order.Prepared) (n int, err error) {
	for _, p := range all {
		var a order.Answers
		a = a.Agree(slices.DeleteFunc(p.Open(a), func(q order.Question) bool { return q.Kind == order.OverLimit })...)
		_, err := e.Desk.Confirm(ctx, p, a)
		if _, refused := errors.AsType[*order.OpenError](err); refused {
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
