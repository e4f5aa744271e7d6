package reel

import (
	"strings"

	"seedreel/state/job"
)

// Marked returns the takes of after whose marks or shot are not those of
// before: a pick changes the one that was picked, too.
func Marked(before, after *Reel) []*job.Job {
	if before == nil || after == nil {
		return nil
	}
	type mark struct {
		marks  job.Marks
		shot   string
		labels string
	}
	of := func(j *job.Job) mark { return mark{j.Marks, j.Shot, strings.Join(j.Labels, " ")} }
	was := map[string]mark{}
	for _, s := range before.Shots {
		for _, j := range s.Takes {
			was[j.ID] = of(j)
		}
	}
	var out []*job.Job
	for _, s := range after.Shots {
		for _, j := range s.Takes {
			if m, ok := was[j.ID]; ok && m != of(j) {
				out = append(out, j)
			}
		}
	}
	return out
}
