package store

import (
	"slices"

	"seedreel/state/job"
)

// StillOpen returns the jobs of open that are not in ended, which was read after
// it: one that ended in between is in both.
func StillOpen(open, ended []*job.Job) []*job.Job {
	over := make(map[string]bool, len(ended))
	for _, j := range ended {
		over[j.ID] = true
	}
	return slices.DeleteFunc(open, func(j *job.Job) bool { return over[j.ID] })
}
