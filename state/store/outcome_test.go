package store

import (
	"slices"
	"testing"

	"seedreel/state/job"
)

// A failure is found by the word of its row, beside states or alone.
func TestFailuresAreFoundByTheirWords(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	put := func(n int, st job.State, r job.Reason) {
		j := aJob(n)
		j.State, j.Reason = st, r
		insert(t, s, j)
	}
	put(1, job.Saved, job.ReasonNone)
	put(2, job.Failed, job.ReasonModeration)
	put(3, job.Failed, job.ReasonTimedOut)
	put(4, job.Failed, job.ReasonProvider)
	put(5, job.Uncertain, job.ReasonNone)
	finds(t, s, map[string][]int{
		"state:moderation":                       {2},
		"state:timed out":                        {3},
		"state:saved state:moderation":           {2, 1},
		"state:failed":                           {4, 3, 2},
		"state:failed state:moderation":          {4, 3, 2},
		"state:canceled":                         {},
		"state:bogus":                            {},
		"reason:timed out state:failed":          {3},
		"state:moderation reason:moderation":     {2},
		"state:moderation reason:provider":       {},
		"state:moderation state:provider seed:4": {4},
	})
}

// All words on offer are read, and reasons are states of their own.
func TestOfferedWordsAreRead(t *testing.T) {
	t.Parallel()
	for _, w := range StateWords() {
		if s := ParseSearch("state:" + w); len(s.States)+len(s.Failures) != 1 || len(s.Unread) > 0 {
			t.Errorf("state:%s gives %+v", w, s)
		}
	}
	for _, w := range ReasonWords() {
		if s := ParseSearch("reason:" + w); len(s.Reasons) != 1 || !slices.Contains(StateWords(), w) {
			t.Errorf("reason:%s gives %+v", w, s)
		}
	}
}
