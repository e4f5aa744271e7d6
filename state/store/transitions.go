package store

import (
	"slices"

	"seedreel/state/job"
)

// next lists, for a state, the states that may follow it. A job may also stay
// where it is, to write down a try that did not get through.
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
		// Found again or given up. Back to queued leads only Store.Again, past
		// the guard.
		return []job.State{job.Submitted, job.Failed}
	case job.Saved, job.Failed:
		return nil
	}
	return nil
}

// Allowed tells whether a job may go from one state to another. Saved and
// failed are the ends; nothing leads out of them.
func Allowed(from, to job.State) bool {
	return from == to || slices.Contains(next(from), to)
}
