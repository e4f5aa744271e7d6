package account

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/state/store"
)

// billClaim is how long a bill that is being asked for is kept from other
// processes.
const billClaim = 2 * time.Minute

// Bill is what asking for a job's bill has shown.
type Bill struct {
	// Job is the job as stored now, Was as it was before.
	Was, Job *job.Job
	// Err is what was met on the way: lines that were not counted, a service
	// that did not answer.
	Err error
}

// Corrected reports whether a charge that was known has changed.
func (b *Bill) Corrected() bool {
	return b.Was.Charge != nil && b.Job.Charge != nil && *b.Was.Charge != *b.Job.Charge
}

// News reports whether the job has changed.
func (b *Bill) News() bool {
	known := b.Was.Charge != nil
	return b.Was.BillNote != b.Job.BillNote || known != (b.Job.Charge != nil) || b.Corrected()
}

// NextBill asks for the bill that is due first, and stores what it shows. It
// returns nil if none is due. next is when the following is, zero for never.
// Bills are due at a falling pace for a month after a job's end: services book
// late, and correct and refund later.
func (a *Account) NextBill(ctx context.Context) (b *Bill, next time.Time, err error) {
	now := a.o.Now()
	j, _, err := a.o.Store.NextBill(ctx, now, job.BillsSince(now), billClaim)
	if err != nil {
		return nil, time.Time{}, err
	}
	if j != nil {
		was := *j
		settled, _, met := a.Settle(ctx, j)
		if ctx.Err() != nil {
			return nil, time.Time{}, ctx.Err()
		}
		b = &Bill{Was: &was, Job: settled, Err: met}
	}
	next, err = a.o.Store.BillDue(ctx, job.BillsSince(now))
	return b, next, err
}

// Settle asks for the actual charge of a job and stores it beside the estimate,
// with what could not be counted and when to ask again. found is false while
// the bill does not list it. An error for which client.Error.Odd holds comes
// beside found: it names the lines of the bill that were not counted.
func (a *Account) Settle(ctx context.Context, j *job.Job) (now *job.Job, found bool, err error) {
	known := j.Charge != nil
	if j.RemoteID == "" {
		return j, known, nil
	}
	if err := a.foreign(j); err != nil {
		return a.later(ctx, j, err)
	}
	b, err := offer[client.Biller](a, j.Provider, j.Practice)
	if errors.Is(err, ErrNotOffered) {
		if j.BillAt.IsZero() {
			return j, known, err
		}
		now, wErr := a.o.Store.SetBilled(ctx, j.ID, store.Billed{})
		return orElse(now, j), known, errors.Join(err, wErr)
	}
	if err != nil {
		return a.later(ctx, j, err)
	}
	paid, found, met := b.Charge(ctx, j.RemoteID, j.SubmittedAt)
	e, ok := errors.AsType[*client.Error](met)
	if odd := ok && e.Odd(); met != nil && !odd {
		return a.later(ctx, j, met)
	}
	billed := store.Billed{Read: true, Next: j.NextBill(a.o.Now(), false)}
	if ok {
		billed.Note = strings.ReplaceAll(e.Err.Error(), "\n", "; ")
	}
	if found {
		billed.Paid = &paid
		if j.Practice {
			billed.Next = time.Time{} // practice corrects nothing
		}
	}
	now, err = a.o.Store.SetBilled(ctx, j.ID, billed)
	if err != nil {
		return j, known, err
	}
	a.log(ctx, &Bill{Was: j, Job: now, Err: met})
	return now, now.Charge != nil, met
}

// log logs what a bill has changed, and what of it was not counted.
func (a *Account) log(ctx context.Context, b *Bill) {
	if !b.News() {
		return
	}
	level, attrs := slog.LevelInfo, []slog.Attr{slog.String("job", b.Job.ID), slog.String("service", b.Job.Provider)}
	if b.Was.Charge != nil {
		attrs = append(attrs, slog.String("was", b.Was.Charge.String()))
	}
	if b.Job.Charge != nil {
		attrs = append(attrs, slog.String("charge", b.Job.Charge.String()))
	}
	if b.Job.BillNote != "" {
		level, attrs = slog.LevelWarn, append(attrs, slog.String("odd", b.Job.BillNote))
	}
	a.o.Log.LogAttrs(ctx, level, "bill", attrs...)
}

// later puts off a question that did not get through. It writes only if it was
// due, since a question that a person asked changes no pace.
func (a *Account) later(ctx context.Context, j *job.Job, met error) (*job.Job, bool, error) {
	known, next := j.Charge != nil, j.NextBill(a.o.Now(), true)
	if j.BillAt.IsZero() || ctx.Err() != nil {
		return j, known, met
	}
	now, err := a.o.Store.SetBilled(ctx, j.ID, store.Billed{Next: next})
	return orElse(now, j), known, errors.Join(met, err)
}

func orElse(now, was *job.Job) *job.Job {
	if now == nil {
		return was
	}
	return now
}
