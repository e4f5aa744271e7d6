package queue

import (
	"context"
	"errors"
	"time"

	"seedreel/client"
	"seedreel/state/job"
)

// AccountError is returned for a job that the service knows only under another
// account than the one in use.
type AccountError struct {
	// Account is the job's own.
	Account string
}

// Error names the account.
func (e *AccountError) Error() string {
	return "it was sent with the account " + job.AccountLabel(e.Account) + "; it goes on when that one's key and address are set again"
}

// provider returns a job's service and the account in use there. A job that
// was sent with another account gets an *AccountError: under this one its
// service would not know it.
func (q *Queue) provider(j *job.Job) (client.Provider, string, error) {
	account := q.o.Account(j.Provider, j.Practice)
	p, err := q.o.Providers(j.Provider, j.Practice)
	if err != nil {
		return nil, "", err
	}
	if now := q.o.Account(j.Provider, j.Practice); now != account {
		// The key was changed between the two.
		account = now
		if p, err = q.o.Providers(j.Provider, j.Practice); err != nil {
			return nil, "", err
		}
	}
	if sent := j.State != job.Queued && j.State != job.Uploading; sent && j.Account != "" && j.Account != account {
		return nil, "", &AccountError{Account: j.Account}
	}
	return p, account, nil
}

// waitFor postpones a step whose service cannot be used now.
func (s *step) waitFor(ctx context.Context, from []job.State, err error) error {
	other, ok := errors.AsType[*AccountError](err)
	if !ok {
		return s.waitForKey(ctx, from, err)
	}
	s.trouble = err
	at := s.q.o.Now().Add(keyWait)
	return s.settle(ctx, from, func(j *job.Job) { j.Waiting, j.NextAt, j.ErrorText = job.WaitAccount, at, other.Error() })
}

// forget drops the links of a job that ended without a clip: they may be the
// cause, and an upload costs little.
func (s *step) forget(ctx context.Context, j *job.Job, why job.Reason) {
	switch why {
	case job.ReasonInvalid, job.ReasonProvider:
	case job.ReasonNone, job.ReasonModeration, job.ReasonFunds, job.ReasonUnauthorized, job.ReasonTimedOut, job.ReasonCanceled,
		job.ReasonExpired, job.ReasonGone, job.ReasonUnusable, job.ReasonNotSubmitted, job.ReasonFile:
		return
	}
	for _, link := range j.Handed {
		if err := s.q.o.Store.ForgetLink(context.WithoutCancel(ctx), j.Provider, link); err != nil {
			s.trouble = errors.Join(s.trouble, err)
		}
	}
}

// AskAgain has a job polled again that its service did not know: the answer
// may have been about another account. It returns *store.ErrStale for all
// others.
func (q *Queue) AskAgain(ctx context.Context, id string) (*job.Job, error) {
	now := q.o.Now().UTC()
	return q.decide(ctx, "asking again for", id, job.Failed, func(j *job.Job) {
		if !j.CanAskAgain() {
			return
		}
		j.State, j.Reason, j.EndedAt, j.NextAt = job.Submitted, job.ReasonNone, time.Time{}, now
		j.Fails, j.NotFound, j.NoOutput, j.ErrorCode, j.ErrorText, j.Waiting = 0, 0, 0, "", "", ""
	})
}

// AskHere has a job asked for with the account in use now, by a person's word:
// a key that was replaced has another fingerprint. If the service does not know
// the job, nothing is lost: it waits for this account from then on, and can be
// asked for with the other one in the same way.
func (q *Queue) AskHere(ctx context.Context, id string) (*job.Job, error) {
	j, err := q.o.Store.Job(ctx, id)
	if err != nil {
		return nil, err
	}
	account := q.o.Account(j.Provider, j.Practice)
	if account == "" {
		_, err := q.o.Providers(j.Provider, j.Practice)
		return nil, errors.Join(ErrNoAccount, err)
	}
	now := q.o.Now().UTC()
	return q.decide(ctx, "asking with another account for", id, j.State, func(j *job.Job) {
		if !j.CanAskHere() {
			return
		}
		j.Account, j.NextAt, j.Waiting = account, now, ""
		j.Fails, j.NotFound, j.NoOutput, j.ErrorCode, j.ErrorText = 0, 0, 0, "", ""
	})
}

// ErrNoAccount is returned by AskHere where no account is in use.
var ErrNoAccount = errors.New("there is no account to ask with")
