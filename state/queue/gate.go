package queue

import (
	"time"

	"seedreel/state/job"
	"seedreel/state/store"
)

const (
	// offlineAfter is how many requests in a row must have failed to leave
	// before a service counts as out of reach.
	offlineAfter = 3
	// longestProbe is the longest pause between two tries to reach it.
	longestProbe = 30 * time.Second
	// diskPause is how long downloads wait after the disk was full.
	diskPause = time.Minute
)

// gate is what this process knows of its connection to a service.
type gate struct {
	fails int
	since time.Time // zero while it counts as reachable
	until time.Time
}

// reached records that a service answered, with any answer.
func (q *Queue) reached(sv store.Service) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.gates, sv)
	q.answered[sv] = true
}

// everReached reports whether a service has answered since this process began.
func (q *Queue) everReached(sv store.Service) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.answered[sv]
}

// missed records that a request did not leave, and reports whether the service
// was already out of reach: then the try was a probe and not the job's fault.
func (q *Queue) missed(sv store.Service) (probe bool) {
	now := q.o.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	g := q.gates[sv]
	if g == nil {
		g = &gate{}
		q.gates[sv] = g
	}
	probe = !g.since.IsZero()
	g.fails++
	if g.fails < offlineAfter {
		return probe
	}
	if !probe {
		g.since = now
	}
	g.until = now.Add(q.jitter(backoff(g.fails-offlineAfter+1, longestProbe)))
	return probe
}

// closed returns the services that are out of reach, for the store, and since
// when, for the screen.
func (q *Queue) closed() (gates map[store.Service]store.Gate, since map[store.Service]time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	gates, since = map[store.Service]store.Gate{}, map[store.Service]time.Time{}
	for sv, g := range q.gates {
		if !g.since.IsZero() {
			gates[sv] = store.Gate{Why: job.WaitOffline, Until: g.until}
			since[sv] = g.since
		}
	}
	return gates, since
}

// pauseDownloads pauses all downloads for a while because the disk is full.
func (q *Queue) pauseDownloads() {
	until := q.o.Now().Add(diskPause)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.paused = until
}

// ResumeDownloads resumes downloads at once, for a user who made room.
func (q *Queue) ResumeDownloads() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.paused = time.Time{}
}

// pausedUntil returns when downloads may resume, zero when they may run now.
func (q *Queue) pausedUntil(now time.Time) time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !now.Before(q.paused) || q.paused.Sub(now) > 2*diskPause {
		return time.Time{}
	}
	return q.paused
}
