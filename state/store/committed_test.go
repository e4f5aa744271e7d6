package store

import (
	"errors"
	"testing"
	"time"

	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// The amount shown as spent today is the one that the day's limit counts, in
// every state of a job.
func TestTheDayIsWhatTheLimitCounts(t *testing.T) {
	t.Parallel()
	s, c := open(t)
	n := 0
	put := func(st job.State, reason job.Reason, practice bool) {
		n++
		j := aJob(n)
		j.State, j.Reason, j.Practice = st, reason, practice
		insert(t, s, j)
	}
	for _, st := range []job.State{job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed, job.Uncertain, job.Saved} {
		put(st, job.ReasonNone, false)
	}
	put(job.Failed, job.ReasonModeration, false) // not charged
	put(job.Failed, job.ReasonGone, false)       // maybe charged
	put(job.Failed, job.ReasonUnusable, false)   // maybe charged
	put(job.Running, job.ReasonNone, true)
	since := noon.Add(-time.Hour)
	const price = 180_000
	for practice, want := range map[bool]Committed{
		false: {Total: 10 * price, Open: 7 * price, Jobs: 7},
		true:  {Total: price, Open: price, Jobs: 1},
	} {
		if got, err := s.Committed(t.Context(), since, practice); err != nil || got != want {
			t.Errorf("practice %t: %+v (%v), want %+v", practice, got, err, want)
		}
	}
	if got, err := s.Committed(t.Context(), c.now().Add(time.Hour), false); err != nil || got != (Committed{}) {
		t.Errorf("of a later day there is %+v (%v)", got, err)
	}
	_, err := s.Insert(t.Context(), []*job.Job{aJob(n + 1)}, guard.New(guard.Terms{Limit: limited(1), Since: since}))
	if b, ok := errors.AsType[*ErrBudget](err); !ok || b.Spent != 10*price {
		t.Errorf("the limit counts %+v (%v)", b, err)
	}
}
