package queue

import (
	"context"
	"fmt"

	"seedreel/state/job"
)

// Drop gives up an uncertain job at the user's request. Its price stays
// counted, as it may have been billed.
func (q *Queue) Drop(ctx context.Context, id string) (*job.Job, error) {
	now := q.o.Now().UTC()
	return q.decide(ctx, "dropping", id, job.Uncertain, func(j *job.Job) {
		failed(j, now, job.ReasonCanceled, "", "given up without knowing whether it was billed")
	})
}

// LookNow schedules a search for an uncertain job at the next Next, if the
// service can be searched.
func (q *Queue) LookNow(ctx context.Context, id string) (*job.Job, error) {
	now := q.o.Now().UTC()
	return q.decide(ctx, "looking for", id, job.Uncertain, func(j *job.Job) { j.NextAt, j.Fails = q.lookAt(j, now), 0 })
}

// Cancel cancels a job that still waits for its turn: here, or at a service
// that can stop it there (client.Canceler). ErrBegun and ErrCannotStop refuse
// a job that has gone too far.
func (q *Queue) Cancel(ctx context.Context, id string) (*job.Job, error) {
	if j, err := q.o.Store.Job(ctx, id); err == nil && j.State == job.Submitted {
		return q.recall(ctx, j)
	}
	now := q.o.Now().UTC()
	return q.decide(ctx, "canceling", id, job.Queued, func(j *job.Job) {
		failed(j, now, job.ReasonCanceled, "", "")
	})
}

// decide applies the user's decision to a job in state from; it returns
// *store.ErrStale if the job has left that state meanwhile.
func (q *Queue) decide(ctx context.Context, what, id string, from job.State, edit func(*job.Job)) (*job.Job, error) {
	j, err := q.o.Store.Advance(ctx, id, []job.State{from}, edit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	q.logJob(ctx, "the user decided", j, "what", what)
	if from != job.Failed && j.State == job.Failed {
		q.o.Ended(ctx, j)
	}
	return j, nil
}
