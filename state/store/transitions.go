package store

import (
	"slices"

	"seedreel/state/job"
)

// next returns the states that may follow a state. A job may also stay in its
// state, to record a try that failed.
func next(s job.State) []job.State {
	switch s {
	case job.Queued:
		return []job.State{job.Uploading, job.Submitting, job.Failed}
	case job.Uploading:
		return []job.State{job.Queued, job.Submitting, job.Failed}
	case job.Submitting:
		// Back to queued only when it is proved that nothing left.
		return []job.State{job.Queued, job.Submitted, job.Uncertain, job.Failed}
	case job.Submitted:
		return []job.State{job.Running, job.Completed, job.Failed}
	case job.Running:
		return []job.State{job.Completed, job.Failed}
	case job.Completed:
		return []job.State{job.Saved, job.Failed}
	case job.Uncertain:
		// Found again or given up. Only Store.Again leads back to queued, past
		// the guard.
		return []job.State{job.Submitted, job.Failed}
	case job.Failed:
		// Only one that its service did not know, to ask it again.
		return []job.State{job.Submitted}
	case job.Saved:
		return nil
	}
	return nil
}

// Allowed reports whether a job may go from one state to another. Saved is
// final, and so is failed but for a job that is asked for again.
func Allowed(from, to job.State) bool {
	return from == to || slices.Contains(next(from), to)
}
