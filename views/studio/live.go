package studio

import (
	"time"

	"seedreel/state/job"
	"seedreel/state/queue"
)

// Live is every open job and those that have just ended, as the store had them
// last.
type Live struct {
	Jobs []*job.Job
	// Expected is how long each job will probably run, by its id, where earlier
	// jobs tell.
	Expected map[string]time.Duration
	// Moving is how far transfers are, by job id.
	Moving map[string]queue.Progress
}

// Counts are the numbers for tabs, title and header.
type Counts struct{ Running, Waiting, Needs int }

// Counts counts the open jobs.
func (l *Live) Counts() Counts {
	var c Counts
	for _, j := range l.Jobs {
		switch {
		case j.State.NeedsUser():
			c.Needs++
		case j.State == job.Queued:
			c.Waiting++
		case j.State.Open():
			c.Running++
		}
	}
	return c
}

// Find returns the job with that id, nil when it is not among them.
func (l *Live) Find(id string) *job.Job {
	for _, j := range l.Jobs {
		if j.ID == id {
			return j
		}
	}
	return nil
}

// Progress returns how far the running jobs are together, from 0 to 1, and
// whether earlier jobs tell.
func (l *Live) Progress(now time.Time) (part float64, known bool) {
	n := 0
	for _, j := range l.Jobs {
		if j.State != job.Submitted && j.State != job.Running {
			continue
		}
		n++
		if usual := l.Expected[j.ID]; usual > 0 {
			known = true
			part += min(now.Sub(j.SubmittedAt).Seconds()/usual.Seconds(), 0.95)
		}
	}
	if n == 0 {
		return 0, false
	}
	return part / float64(n), known
}
