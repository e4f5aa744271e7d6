package queue

import (
	"context"
	"fmt"
	"time"

	"seedreel/state/job"
	"seedreel/state/store"
)

// Plan is the work due now and the time of the next Next.
type Plan struct {
	// Tasks are leased to this process and must all be Run.
	Tasks []Task
	// Wake is the latest time for the next call of Next, zero when nothing is
	// in progress. Next must also be called after every Run and every Add.
	Wake time.Time
	// Waiting counts the jobs that are due and held back, by the reason in
	// job.Job.Waiting.
	Waiting map[job.Wait]int
	// Offline maps the services that are out of reach to the time since when.
	Offline map[store.Service]time.Time
}

// Next claims the due steps within all limits. No two processes get the same
// task.
func (q *Queue) Next(ctx context.Context) (Plan, error) {
	if q.o.Store.ReadOnly() != nil {
		return Plan{}, nil
	}
	now := q.o.Now()
	if q.recoverDue(now) {
		// Other processes may have died since this one began.
		if _, err := q.Recover(ctx); err != nil {
			return Plan{}, err
		}
	}
	gates, since := q.closed()
	r := store.ClaimRequest{
		Owner: q.o.Instance.ID(), TTL: leaseTTL, Limits: q.o.Limits, Gates: gates, Polls: pollsAtOnce, Downloads: downloadsAtOnce,
	}
	if paused := q.pausedUntil(now); !paused.IsZero() {
		r.NoDownloads, r.DownloadsAt = job.WaitDisk, paused
	}
	c, err := q.o.Store.Claim(ctx, now, r)
	if err != nil {
		return Plan{}, fmt.Errorf("looking for what is due: %w", err)
	}
	p := Plan{Wake: c.Wake, Waiting: c.Waiting, Offline: since}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, j := range c.Jobs {
		p.Tasks = append(p.Tasks, Task{Kind: kindFor(j.State), JobID: j.ID})
		q.claimed[j.ID] = j
	}
	return p, nil
}

// recoverEvery is how often to look for processes that have died.
const recoverEvery = 10 * time.Second

// recoverDue reports whether to look for what dead processes left behind.
func (q *Queue) recoverDue(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	age := now.Sub(q.recovered)
	return age >= recoverEvery || age < 0
}

// kindFor returns the step that a claimed job is due for.
func kindFor(s job.State) Kind {
	switch s {
	case job.Submitted, job.Running:
		return Poll
	case job.Completed:
		return Download
	case job.Uncertain:
		return Look
	case job.Queued, job.Uploading, job.Submitting, job.Saved, job.Failed:
	}
	return Submit
}
