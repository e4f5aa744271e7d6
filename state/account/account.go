// Package account asks the services about money and records: what is left,
// what a clip would cost now, what was charged, what they have that this
// machine does not know. Nothing in it makes a clip.
//
// A service need not offer everything; what it lacks is ErrNotOffered, to be
// said to a person and never guessed around.
package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
)

// ErrNotOffered says that a service has no such call.
var ErrNotOffered = errors.New("the service does not offer this")

// Options is what an Account works with; all fields are needed.
type Options struct {
	// Providers returns the service of a name, the real one or the simulator.
	Providers func(provider string, practice bool) (client.Provider, error)
	Catalogue *catalogue.Shelf
	Store     *store.Store
	Now       func() time.Time
	// NewID draws the id of a job that is brought in.
	NewID func() (string, error)
}

// Account asks the services. Its methods may be called from several
// goroutines, never from the one that draws the screen.
type Account struct{ o Options }

// New makes an Account.
func New(o Options) *Account { return &Account{o: o} }

// offer finds the part T of a service.
func offer[T any](a *Account, provider string, practice bool) (T, error) {
	var none T
	p, err := a.o.Providers(provider, practice)
	if err != nil {
		return none, err
	}
	x, ok := p.(T)
	if !ok {
		return none, fmt.Errorf("%s: %w", provider, ErrNotOffered)
	}
	return x, nil
}

// Balance is what is left on an account, in micro-dollars.
func (a *Account) Balance(ctx context.Context, provider string, practice bool) (usd.Micro, error) {
	b, err := offer[client.Balancer](a, provider, practice)
	if err != nil {
		return 0, err
	}
	return b.Balance(ctx)
}

// Quote is what one clip costs now by the service's own word.
// client.ErrNoQuote and ErrNotOffered leave the list price as the best figure.
func (a *Account) Quote(ctx context.Context, m *catalogue.Model, v catalogue.Values, practice bool) (client.Quote, error) {
	q, err := offer[client.Quoter](a, m.Provider, practice)
	if err != nil {
		return client.Quote{}, err
	}
	return q.Quote(ctx, m, v)
}

// KeepsRecords tells that a service has records that can be deleted there.
func (a *Account) KeepsRecords(provider string, practice bool) bool {
	_, err := offer[client.Deleter](a, provider, practice)
	return err == nil
}

// DeleteRecord removes a job's record at its service. It neither stops the job
// nor gives money back.
func (a *Account) DeleteRecord(ctx context.Context, j *job.Job) error {
	d, err := offer[client.Deleter](a, j.Provider, j.Practice)
	if err != nil {
		return err
	}
	_, err = d.DeleteRecord(ctx, []string{j.RemoteID})
	return err
}

// Settle asks what a job was really charged and writes it beside the estimate.
// found is false when the bill does not have it yet.
func (a *Account) Settle(ctx context.Context, j *job.Job) (now *job.Job, found bool, err error) {
	if j.Charge != nil || j.RemoteID == "" {
		return j, j.Charge != nil, nil
	}
	b, err := offer[client.Biller](a, j.Provider, j.Practice)
	if err != nil {
		return j, false, err
	}
	paid, found, err := b.Charge(ctx, j.RemoteID, j.SubmittedAt)
	if err != nil || !found {
		return j, false, err
	}
	now, err = a.o.Store.SetCharge(ctx, j.ID, paid)
	return now, err == nil, err
}
