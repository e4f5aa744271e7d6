// Package account asks the services about money and records: the balance, what
// a clip would cost now, what was charged, which records this machine does not
// know. It never orders a clip.
//
// A service may not support every call. It then returns ErrNotOffered, which
// callers report and do not work around.
package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
)

// ErrNotOffered is returned when a service does not support a call.
var ErrNotOffered = errors.New("the service does not offer this")

// Options configures an Account. All fields without a default are required.
type Options struct {
	// Providers returns the service of a name, the real one or the simulator.
	Providers func(provider string, practice bool) (client.Provider, error)
	// Account names the account in use at a service, as job.Account does; nil
	// means that accounts are not told apart.
	Account   func(provider string, practice bool) string
	Catalogue *catalogue.Shelf
	Store     *store.Store
	Now       func() time.Time
	// Log receives what bills have shown; nil logs nothing.
	Log *slog.Logger
	// NewID returns an id for a job that is brought in.
	NewID func() (string, error)
}

// Account asks the services about money and records. Its methods are safe for
// concurrent use but block, so the goroutine that draws the screen must not
// call them.
type Account struct{ o Options }

// New returns an Account.
func New(o Options) *Account {
	if o.Account == nil {
		o.Account = func(string, bool) string { return "" }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Account{o: o}
}

// ErrOtherAccount is returned for a job that was sent with another account
// than the one in use, whose records do not have it.
var ErrOtherAccount = errors.New("the job was sent with another account")

// foreign returns ErrOtherAccount for a job of another account.
func (a *Account) foreign(j *job.Job) error {
	if j.Account == "" || j.Account == a.o.Account(j.Provider, j.Practice) {
		return nil
	}
	return fmt.Errorf("%w, %s", ErrOtherAccount, job.AccountLabel(j.Account))
}

// offer returns a service as the interface T, or ErrNotOffered.
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

// Balance returns what is left on an account, in micro-dollars.
func (a *Account) Balance(ctx context.Context, provider string, practice bool) (usd.Micro, error) {
	b, err := offer[client.Balancer](a, provider, practice)
	if err != nil {
		return 0, err
	}
	return b.Balance(ctx)
}

// Quote returns the price of one clip as the service quotes it now. On
// client.ErrNoQuote and ErrNotOffered the list price is the best figure.
func (a *Account) Quote(ctx context.Context, m *catalogue.Model, v catalogue.Values, practice bool) (client.Quote, error) {
	q, err := offer[client.Quoter](a, m.Provider, practice)
	if err != nil {
		return client.Quote{}, err
	}
	return q.Quote(ctx, m, v)
}

// KeepsRecords reports whether a service has records that can be deleted.
func (a *Account) KeepsRecords(provider string, practice bool) bool {
	_, err := offer[client.Deleter](a, provider, practice)
	return err == nil
}

// DeleteRecord removes a job's record at its service. It neither stops the job
// nor gives money back.
func (a *Account) DeleteRecord(ctx context.Context, j *job.Job) error {
	if err := a.foreign(j); err != nil {
		return err
	}
	d, err := offer[client.Deleter](a, j.Provider, j.Practice)
	if err != nil {
		return err
	}
	_, err = d.DeleteRecord(ctx, []string{j.RemoteID})
	return err
}
