package queue

import (
	"context"
	"time"

	"seedreel/client/all"
	"seedreel/state/job"
)

const (
	// firstLook is when to poll first if nothing is known of the model.
	firstLook = 8 * time.Second
	// firstShare of the median run time is when a first result is plausible.
	firstShare = 0.4
	// ageShare of a job's age is the pause between polls: in a simulation of
	// 500 jobs this cost a third fewer calls than a fixed 5 s and was as
	// prompt.
	ageShare = 0.06
	// longestPause keeps a late clip from waiting; veryOld jobs are stuck.
	longestPause = 30 * time.Second
	veryOld      = 24 * time.Hour
	oldPause     = 10 * time.Minute
	// longestRetry bounds the pause after polls that failed.
	longestRetry = time.Minute
)

// patience is the shortest pause for a job of an unknown service: one that
// this version has no folder for.
const patience = 10 * time.Second

// MinPoll returns a service's shortest pause between two polls.
func MinPoll(provider string) time.Duration {
	if d, ok := all.Find(provider); ok {
		return d.Polls.Pace
	}
	return patience
}

// firstPoll returns when a newly accepted job is first polled.
func (q *Queue) firstPoll(ctx context.Context, j *job.Job, now time.Time) time.Time {
	wait := firstLook
	// An unknown run time is no reason to fail.
	median, n, err := q.o.Store.MedianRun(ctx, j.Provider, j.Model, j.Seconds, j.Practice)
	if err == nil && n > 0 {
		wait = time.Duration(float64(median) * firstShare)
	}
	return now.Add(q.pause(j, wait))
}

// nextPoll returns when a job is polled again: the older, the later.
func (q *Queue) nextPoll(j *job.Job, now time.Time) time.Time {
	age := max(now.Sub(j.SubmittedAt), 0)
	wait := min(time.Duration(float64(age)*ageShare), longestPause)
	if age > veryOld {
		wait = oldPause
	}
	return now.Add(q.pause(j, wait))
}

// retryPoll returns when a job is polled after n failed polls in a row.
func (q *Queue) retryPoll(j *job.Job, n int, now time.Time) time.Time {
	regular := q.nextPoll(j, now)
	if late := now.Add(q.jitter(backoff(n, longestRetry))); late.After(regular) {
		return late
	}
	return regular
}

// pause stretches and spreads a wait, within the service's minimum.
func (q *Queue) pause(j *job.Job, wait time.Duration) time.Duration {
	least := q.o.MinPoll(j.Provider)
	wait = time.Duration(float64(max(wait, least)) * q.stretched())
	return max(q.jitter(wait), least)
}

// backoff returns a pause that doubles from 1 s with every failure, up to
// most.
func backoff(n int, most time.Duration) time.Duration {
	const doublings = 10
	return min(time.Second<<min(max(n-1, 0), doublings), most)
}
