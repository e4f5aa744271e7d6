package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/store"
)

// mostPages bounds how far a service's list is read: 100 pages of 100 are more
// than a week's work.
const mostPages = 100

// Brought counts what BringIn found and added.
type Brought struct {
	// Seen counts the records on the service's list, Added the new ones.
	Seen, Added int
	// Unread counts records whose model the catalogue does not know.
	Unread int
}

// BringIn adds the jobs made since a time that are on the service's list but
// not on this machine. They are polled and fetched like all others.
func (a *Account) BringIn(ctx context.Context, provider string, practice bool, since time.Time) (Brought, error) {
	var b Brought
	l, err := offer[client.Lister](a, provider, practice)
	if err != nil {
		return b, err
	}
	cursor := ""
	for range mostPages {
		page, err := l.List(ctx, since, cursor)
		if err != nil {
			return b, err
		}
		for i := range page.Records {
			if err := a.bring(ctx, provider, practice, &page.Records[i], &b); err != nil {
				return b, err
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return b, nil
}

func (a *Account) bring(ctx context.Context, provider string, practice bool, r *client.Record, b *Brought) error {
	b.Seen++
	if r.ID == "" {
		return nil
	}
	known, err := a.o.Store.HasRemote(ctx, store.Service{Provider: provider, Practice: practice}, r.ID)
	if err != nil || known {
		return err
	}
	m := a.o.Catalogue.Now().Model(catalogue.Ref{Provider: provider, ID: r.Model})
	if m == nil {
		b.Unread++
		return nil
	}
	if !m.MakesVideo() {
		return nil
	}
	j, err := a.record(m, r, practice)
	if err != nil {
		return err
	}
	if own, err := a.own(ctx, j, r.Token); err != nil || own {
		return err
	}
	// The key keeps two reads of the same list from adding a record twice.
	once := fmt.Sprintf("record %s %t %s", provider, practice, r.ID)
	if _, err := a.o.Store.Record(ctx, []*job.Job{j}, once); err != nil {
		return fmt.Errorf("bringing in %s: %w", r.ID, err)
	}
	b.Added++
	return nil
}

// own reports whether a record probably belongs to a job of ours that was sent
// and not answered: it has its token, or the same model and seed.
func (a *Account) own(ctx context.Context, record *job.Job, token string) (bool, error) {
	open, err := a.o.Store.OpenJobs(ctx)
	if err != nil {
		return false, err
	}
	for _, j := range open {
		if j.RemoteID == "" && j.Provider == record.Provider && j.Practice == record.Practice && j.Model == record.Model &&
			(j.State == job.Submitting || j.State == job.Uncertain) && (j.Seed == record.Seed || strings.HasPrefix(token, j.ID+"-")) {
			return true, nil
		}
	}
	return false, nil
}

// record makes a job of a record, in the submitted state; the next poll brings
// it up to date.
func (a *Account) record(m *catalogue.Model, r *client.Record, practice bool) (*job.Job, error) {
	id, err := a.o.NewID()
	if err != nil {
		return nil, err
	}
	now := a.o.Now().UTC()
	made := r.CreatedAt.UTC()
	if made.IsZero() || made.After(now) {
		made = now
	}
	v, _ := m.ReadInputs(r.Inputs)
	w := job.Wanted{
		Provider: m.Provider, Model: m.ID, Practice: practice, Values: v, Seconds: m.Seconds(v), EstimateBasis: "made elsewhere",
	}
	if most, ok := catalogue.EstimatePrice(m, m.Fill(v), 0).Ceiling(); ok {
		w.Estimate = &most
	}
	j := job.New(id, made, w)
	j.State, j.PostedAt, j.SubmittedAt, j.NextAt = job.Submitted, made, made, now
	j.RemoteID, j.Word, j.Charge, j.Account = r.ID, r.Word, r.Charge, a.o.Account(m.Provider, practice)
	return j, nil
}
