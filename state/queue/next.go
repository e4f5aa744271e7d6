package queue

import (
	"context"
	"fmt"
	"time"

	"seedreel/state/job"
	"seedreel/state/store"
)

// Plan is what is to be done now and when to ask again.
type Plan struct {
	// Tasks are leased to this process and must all be Run.
	Tasks []Task
	// Wake is when Next is to be called again at the latest, zero when nothing
	// is on its way. It is also to be called after every Run and every Add.
	Wake time.Time
	// Waiting counts the jobs that are due and held back, by the reason that
	// stands in job.Job.Waiting.
	Waiting map[job.Wait]int
	// Offline tells since when services have been out of reach.
	Offline map[store.Service]time.Time
}

// Next claims what is due within all limits. No two processes get the same
// task.
func (q *Queue) Next(ctx context.Context) (Plan, error) {
	now := q.o.Now()
	if q.recoverDue(now) {
		// Others may have died since this process began.
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
	for _, j := range c.Jobs {
		p.Tasks = append(p.Tasks, Task{Kind: kindFor(j.State), JobID: j.ID})
	}
	return p, nil
}

// recoverEvery is how soon it is noticed that another process has died.
const recoverEvery = 10 * time.Second

// recoverDue tells whether to look for what dead processes left behind.
func (q *Queue) recoverDue(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	age := now.Sub(q.recovered)
	return age >= recoverEvery || age < 0
}

// kindFor is the step that a claimed job is due for.
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
