package order

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/random"
	"seedreel/state/reel"
	"seedreel/state/store"
)

// patience is how long to wait for prices and balances from the services. The
// list price is available at once, so there is no point in waiting longer.
const patience = 2 * time.Second

// ErrMaybeBilled is returned for retrying a job that may have cost money.
var ErrMaybeBilled = errors.New("the job may have been billed")

// errMixed is returned for drafts that cannot be one order.
var errMixed = errors.New("an order is clips, or one job again or changed, or one rewriting")

// Prepare prices drafts and collects the questions about them. It orders
// nothing. Errors in the fields are returned in the lines; the error is what
// keeps the order from being examined at all.
func (d *Desk) Prepare(ctx context.Context, drafts ...Draft) (*Prepared, error) {
	if len(drafts) == 0 {
		return nil, errMixed
	}
	for i := range drafts {
		k := drafts[i].kind
		if len(drafts) > 1 && (k == again || k == edit || k == rewriting) {
			return nil, errMixed
		}
	}
	nonce, err := random.Bytes(d.o.Rand, 15)
	if err != nil {
		return nil, err
	}
	p := &Prepared{drafts: slices.Clone(drafts), nonce: "order " + base32.StdEncoding.EncodeToString(nonce)}
	if p.Rules, err = d.o.Rules(); err != nil {
		return nil, fmt.Errorf("reading what holds for orders: %w", err)
	}
	return p, d.price(ctx, p)
}

// price fills in everything that follows from the drafts and the rules.
func (d *Desk) price(ctx context.Context, p *Prepared) error {
	p.Lines = make([]Line, len(p.drafts))
	shown := make([]*catalogue.Estimate, len(p.drafts))
	for i := range p.drafts {
		if err := d.line(ctx, &p.drafts[i], &p.Lines[i], &p.Rules); err != nil {
			return err
		}
		shown[i] = p.drafts[i].shown
	}
	d.ask(ctx, p.Lines, shown)
	p.jobs, p.all, p.at = nil, nil, nil
	made, err := d.made(ctx, p)
	if err != nil {
		return fmt.Errorf("looking for what was made: %w", err)
	}
	for i := range p.Lines {
		if err := d.buildAll(p, i, made); err != nil {
			return err
		}
	}
	return d.look(ctx, p)
}

// look reads the parts of the history that the order is checked against.
func (d *Desk) look(ctx context.Context, p *Prepared) error {
	p.same = make([]*store.ErrDuplicate, len(p.jobs))
	maybe, err := d.o.Store.Repeats(ctx, p.jobs)
	if err != nil {
		return err
	}
	for i, j := range p.jobs {
		if !maybe[i] {
			continue
		}
		if p.same[i], err = d.o.Store.Same(ctx, j); err != nil {
			return err
		}
	}
	p.earlier = false
	if from := &p.drafts[0]; from.kind == edit {
		at, err := d.o.Store.Promised(ctx, from.of)
		if err != nil {
			return err
		}
		p.earlier = at.Before(d.today())
	}
	p.spent = map[bool]usd.Micro{}
	for i := range p.Lines {
		practice := p.Lines[i].Practice
		if _, read := p.spent[practice]; read {
			continue
		}
		day, err := d.o.Store.Committed(ctx, d.today(), practice)
		if err != nil {
			return err
		}
		p.spent[practice] = day.Total
	}
	return nil
}

func (d *Desk) today() time.Time { return store.Midnight(d.o.Now(), d.o.Zone) }

// line fills in what is known without asking the service.
func (d *Desk) line(ctx context.Context, from *Draft, l *Line, r *Rules) error {
	*l = Line{Model: from.model, Values: from.values, Count: from.count, Practice: r.Practice}
	if from.of != nil {
		if err := d.stillSo(ctx, from); err != nil {
			return err
		}
		l.Practice = from.of.Practice // the service knows it, or it is only practice
		if from.kind != edit {
			l.Model = d.o.Models().Model(catalogue.Ref{Provider: from.of.Provider, ID: from.of.Model})
		}
		if l.Model == nil {
			return fmt.Errorf("the catalogue has no model %s any more", from.of.Model)
		}
	}
	if err := d.descend(ctx, from, l); err != nil {
		return err
	}
	l.List = l.Model.Estimate(l.Values, d.o.Look)
	l.Each = l.List
	switch from.kind {
	case clip, retry, edit:
		l.Errors = catalogue.Validate(l.Model, l.Values, d.o.Look)
	case again, rewriting:
	}
	if !l.Practice {
		l.Unready = d.o.Ready(l.Model.Provider)
	}
	return nil
}

// descend finds out how a clip differs from the take that it is made from. A
// take that is no longer there has no descendants.
func (d *Desk) descend(ctx context.Context, from *Draft, l *Line) error {
	t := &from.taken
	if from.kind != clip || t.Parent == "" || t.Origin != job.OriginNone {
		return nil
	}
	parent, err := d.o.Store.Job(ctx, t.Parent)
	if errors.Is(err, store.ErrNotFound) {
		t.Parent = ""
		return nil
	}
	if err != nil {
		return err
	}
	like := job.New("", parent.CreatedAt, job.Wanted{Provider: l.Model.Provider, Model: l.Model.ID, Values: l.Values})
	if !like.HasSeed {
		like.Seed, like.HasSeed = parent.Seed, parent.HasSeed // one is drawn, which does not make it another kind of take
	}
	t.Origin = reel.OriginOf(parent, like)
	return nil
}

// stillSo reads the job again and returns an error if it no longer permits the
// draft.
func (d *Desk) stillSo(ctx context.Context, from *Draft) error {
	j, err := d.o.Store.Job(ctx, from.of.ID)
	if err != nil {
		return err
	}
	want := job.Failed
	switch from.kind {
	case again:
		want = job.Uncertain
	case edit:
		want = job.Queued
	case clip, retry, rewriting:
	}
	if j.State != want {
		return &store.ErrStale{ID: j.ID, Have: j.State, Want: []job.State{want}}
	}
	if from.kind == retry && j.MaybeBilled() {
		return fmt.Errorf("trying job %s again: %w", j.ID, ErrMaybeBilled)
	}
	from.of = j
	return nil
}

// buildAll makes the jobs of a line, so that what is confirmed is what was
// checked, seeds included. A job whose key is taken is not made.
func (d *Desk) buildAll(p *Prepared, i int, made map[string]*job.Job) error {
	from, l := &p.drafts[i], &p.Lines[i]
	if from.kind == again || from.kind == rewriting {
		return nil
	}
	batch := ""
	if l.Count > 1 {
		var err error
		if batch, err = random.ID(d.o.Rand); err != nil {
			return err
		}
	}
	for n := range l.Count {
		j, err := d.build(l, from, n, batch)
		if err != nil {
			return fmt.Errorf("making jobs: %w", err)
		}
		if old := made[j.Key]; old != nil && j.Key != "" && from.kind == clip {
			if err := sameInputs(old, j); err != nil {
				return err
			}
			p.all = append(p.all, old)
			l.Made++
			continue
		}
		p.at = append(p.at, len(p.all))
		p.jobs, p.all = append(p.jobs, j), append(p.all, j)
	}
	l.Count -= l.Made
	return nil
}

// made returns the jobs that have the keys of an order.
func (d *Desk) made(ctx context.Context, p *Prepared) (map[string]*job.Job, error) {
	var keys []string
	for i := range p.drafts {
		from := &p.drafts[i]
		if from.kind != clip || from.taken.Key == "" {
			continue
		}
		for n := range p.Lines[i].Count {
			keys = append(keys, from.key(n, p.Lines[i].Practice))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return d.o.Store.Keyed(ctx, keys...)
}

// sameInputs returns *store.ErrKeyTaken if a job under the key of another asks
// for something else.
func sameInputs(old, j *job.Job) error {
	a, err1 := store.InputHash(old.Provider, old.Model, old.Practice, old.Values)
	b, err2 := store.InputHash(j.Provider, j.Model, j.Practice, j.Values)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if !bytes.Equal(a, b) {
		return &store.ErrKeyTaken{Key: j.Key, ID: old.ID}
	}
	return nil
}

// ask asks the services for prices and balances, all at once. What does not
// come in time stays unknown.
func (d *Desk) ask(ctx context.Context, lines []Line, shown []*catalogue.Estimate) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var wg sync.WaitGroup
	quotes, balances := map[string][]*Line{}, map[string][]*Line{}
	for i := range lines {
		l := &lines[i]
		if len(l.Errors) > 0 || l.Unready != nil {
			continue
		}
		quotes[priced(l)] = append(quotes[priced(l)], l)
		account := fmt.Sprint(l.Model.Provider, l.Practice)
		balances[account] = append(balances[account], l)
	}
	for _, same := range quotes {
		wg.Go(func() {
			q, err := d.o.Prices.Quote(ctx, same[0].Model, same[0].Values, same[0].Practice)
			for _, l := range same {
				if err == nil && !q.Partial {
					l.Live = &q.Price
				}
			}
		})
	}
	for _, same := range balances {
		wg.Go(func() {
			left, err := d.o.Prices.Balance(ctx, same[0].Model.Provider, same[0].Practice)
			for _, l := range same {
				if err == nil {
					l.Balance = &left
				}
			}
		})
	}
	wg.Wait()
	for i := range lines {
		lines[i].Each = higher(&lines[i], shown[i])
	}
}

// priced returns what lines with the same price have in common: a product of
// a hundred prompts asks its service once. No service prices words or seeds.
func priced(l *Line) string {
	v := l.Values.Clone()
	delete(v, catalogue.RolePrompt)
	delete(v, catalogue.RoleSeed)
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%p", l)
	}
	return fmt.Sprint(l.Model.Ref(), l.Practice, string(b))
}

// higher returns the price that counts: that of the list, unless the service
// asks more or the list has none. If both agree, it is worded as the person saw
// it.
func higher(l *Line, shown *catalogue.Estimate) catalogue.Estimate {
	switch {
	case l.Live == nil, l.List.Known && l.List.Total > *l.Live:
		return l.List
	case l.List.Known && l.List.Total == *l.Live && (shown == nil || shown.Confidence != catalogue.ConfidenceQuote):
		return l.List
	}
	return catalogue.Estimate{Known: true, Total: *l.Live, Seconds: l.Model.Seconds(l.Values), Confidence: catalogue.ConfidenceQuote}
}
