package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seedreel/state/job"
	"seedreel/state/store"
)

// ErrMaybeBilled refuses to retry a job that may have cost money.
var ErrMaybeBilled = errors.New("the job may have been billed")

// Drop gives an uncertain job up because the user said so. Its price stays
// counted, as it may have been billed.
func (q *Queue) Drop(ctx context.Context, id string) (*job.Job, error) {
	now := q.o.Now().UTC()
	return q.decide(ctx, "dropping", id, job.Uncertain, func(j *job.Job) {
		failed(j, now, job.ReasonCanceled, "", "given up without knowing whether it was billed")
	})
}

// Resend sends an uncertain job once more because the user said so, knowing
// that it may be paid for twice. The attempt before stays in the job's events.
func (q *Queue) Resend(ctx context.Context, id string) (*job.Job, error) {
	return q.decide(ctx, "sending again", id, job.Uncertain, func(j *job.Job) {
		backToQueue(j)
		j.Fails, j.ErrorCode, j.ErrorText = 0, "", ""
	})
}

// LookNow searches the service for an uncertain job at the next Next, when the
// service can be searched.
func (q *Queue) LookNow(ctx context.Context, id string) (*job.Job, error) {
	now := q.o.Now().UTC()
	return q.decide(ctx, "looking for", id, job.Uncertain, func(j *job.Job) { j.NextAt, j.Fails = q.lookAt(j, now), 0 })
}

// Cancel takes back a job that still waits for its turn: here, or at a service
// that can stop what waits there (client.Canceler). ErrBegun and ErrCannotStop
// refuse what has gone too far.
func (q *Queue) Cancel(ctx context.Context, id string) (*job.Job, error) {
	if j, err := q.o.Store.Job(ctx, id); err == nil && j.State == job.Submitted {
		return q.recall(ctx, j)
	}
	now := q.o.Now().UTC()
	return q.decide(ctx, "canceling", id, job.Queued, func(j *job.Job) {
		failed(j, now, job.ReasonCanceled, "", "")
	})
}

// decide does what the user said to a job in a state, *store.ErrStale when it
// has left that state meanwhile.
func (q *Queue) decide(ctx context.Context, what, id string, from job.State, edit func(*job.Job)) (*job.Job, error) {
	j, err := q.o.Store.Advance(ctx, id, []job.State{from}, edit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	q.logJob(ctx, "the user decided", j, "what", what)
	return j, nil
}

// Retry makes a new job with the values of one that failed and was not billed,
// seed included. The new one has to pass the guard; a Guard.Nonce keeps one
// key press from making two.
func (q *Queue) Retry(ctx context.Context, id string, g store.Guard) (*job.Job, error) {
	old, err := q.o.Store.Job(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("retrying: %w", err)
	}
	if old.State != job.Failed {
		return nil, fmt.Errorf("retrying: %w", &store.ErrStale{ID: id, Have: old.State, Want: []job.State{job.Failed}})
	}
	if old.MaybeBilled() {
		return nil, fmt.Errorf("retrying job %s: %w", id, ErrMaybeBilled)
	}
	fresh, err := q.newID()
	if err != nil {
		return nil, fmt.Errorf("retrying: %w", err)
	}
	j := &job.Job{
		ID: fresh, CreatedAt: q.o.Now().UTC().Truncate(time.Millisecond), Provider: old.Provider, Model: old.Model, Practice: old.Practice,
		Prompt: old.Prompt, Values: old.Values.Clone(), Seed: old.Seed, HasSeed: old.HasSeed, Seconds: old.Seconds,
		Estimate: old.Estimate, EstimateBasis: old.EstimateBasis, State: job.Queued,
	}
	stored, err := q.o.Store.Insert(ctx, []*job.Job{j}, g)
	if err != nil {
		return nil, fmt.Errorf("retrying: %w", err)
	}
	return stored[0], nil
}
