package queue

import (
	"context"
	"time"

	"seedreel/client/all"
	"seedreel/state/job"
	"seedreel/state/store"
)

const (
	// firstShare of the median run time is when a first result is plausible:
	// until then it would be polled for nothing.
	firstShare = 0.4
	// soonShare of the time in which jobs of this kind begin to end is the pause
	// between the polls before it.
	soonShare = 0.2
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
	// longestWary bounds the pause before jobs of a kind begin to end: one may be
	// the first that is faster.
	longestWary = 2 * time.Minute
	// runsFor is how long run times are used before they are read again.
	runsFor = 2 * time.Second
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

// firstPoll returns when a newly accepted job is first polled. If nothing is
// known of the model it is as soon as the service allows.
func (q *Queue) firstPoll(ctx context.Context, j *job.Job, now time.Time) time.Time {
	known := q.runs(ctx, j)
	return now.Add(q.pause(j, time.Duration(float64(known.Median)*firstShare), 0, known.Soon))
}

// nextPoll returns when a job is polled again: the older, the later.
func (q *Queue) nextPoll(j *job.Job, known store.Runs, now time.Time) time.Time {
	age := max(now.Sub(j.SubmittedAt), 0)
	wait := min(time.Duration(float64(age)*ageShare), longestPause)
	switch {
	case age > veryOld:
		wait = oldPause
	case age < known.Soon:
		wait = max(wait, min(time.Duration(float64(known.Soon)*soonShare), longestWary))
	}
	return now.Add(q.pause(j, wait, age, known.Soon))
}

// retryPoll returns when a job is polled after n failed polls in a row. With
// jitter: the jobs of a service that went away must not all come back at once.
func (q *Queue) retryPoll(j *job.Job, n int, now time.Time) time.Time {
	regular := q.nextPoll(j, store.Runs{}, now)
	if late := now.Add(q.jitter(backoff(n, longestRetry))); late.After(regular) {
		return late
	}
	return regular
}

// pause stretches a wait of a job of some age, within the service's minimum. A
// poll just before jobs of its kind begin to end would put off the one that
// shows the end: then it is made at that time.
func (q *Queue) pause(j *job.Job, wait, age, soon time.Duration) time.Duration {
	least := q.o.MinPoll(j.Provider)
	wait = max(time.Duration(float64(max(wait, least))*q.stretched()), least)
	if age < soon && age+wait+least > soon {
		return max(soon-age, least)
	}
	return wait
}

// runKind is what run times are known by.
type runKind struct {
	provider, model string
	seconds         int
	practice        bool
}

// knownRuns are the run times of a kind of job, as read at a time.
type knownRuns struct {
	store.Runs
	at time.Time
}

// runs returns how long jobs of this kind took. That it is not known is no
// reason to fail.
func (q *Queue) runs(ctx context.Context, j *job.Job) store.Runs {
	k := runKind{j.Provider, j.Model, j.Seconds, j.Practice}
	now := q.o.Now()
	q.mu.Lock()
	known, ok := q.learnt[k]
	q.mu.Unlock()
	if age := now.Sub(known.at); ok && age >= 0 && age < runsFor {
		return known.Runs
	}
	r, err := q.o.Store.Runs(ctx, j.Provider, j.Model, j.Seconds, j.Practice)
	if err != nil {
		return store.Runs{}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.learnt[k] = knownRuns{r, now}
	return r
}

// backoff returns a pause that doubles from 1 s with every failure, up to
// most.
func backoff(n int, most time.Duration) time.Duration {
	const doublings = 10
	return min(time.Second<<min(max(n-1, 0), doublings), most)
}
