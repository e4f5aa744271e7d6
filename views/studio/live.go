package studio

import (
	"time"

	"seedreel/state/job"
	"seedreel/state/queue"
)

// Live holds every open job and those that have just ended, as last read from
// the store.
type Live struct {
	Jobs []*job.Job
	// Expected is how long each job will probably run, by its id, if earlier
	// jobs allow an estimate.
	Expected map[string]time.Duration
	// Moving is the progress of transfers, by job id.
	Moving map[string]queue.Progress
	// Paused is set while a person holds the whole line back.
	Paused bool
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

// Find returns the job with that id, or nil if it is not among them.
func (l *Live) Find(id string) *job.Job {
	for _, j := range l.Jobs {
		if j.ID == id {
			return j
		}
	}
	return nil
}

// Progress returns the progress of all running jobs, from 0 to 1, and whether
// earlier jobs allow an estimate.
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
