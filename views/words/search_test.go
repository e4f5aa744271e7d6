package words_test

import (
	"testing"

	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/views/words"
)

// The word that a row shows for a job finds it with state:.
func TestTheWordOfARowIsASearch(t *testing.T) {
	t.Parallel()
	for _, st := range []job.State{
		job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed, job.Saved, job.Uncertain,
	} {
		word := string(words.State(&job.Job{State: st}))
		for _, w := range []string{word, string(st)} {
			if s := store.ParseSearch("state:" + w); len(s.States) != 1 || s.States[0] != string(st) {
				t.Errorf("state:%s gives %+v, want %s", w, s, st)
			}
		}
	}
	for _, r := range []job.Reason{
		job.ReasonModeration, job.ReasonInvalid, job.ReasonFunds, job.ReasonUnauthorized, job.ReasonTimedOut, job.ReasonCanceled,
		job.ReasonExpired, job.ReasonGone, job.ReasonUnusable, job.ReasonNotSubmitted, job.ReasonFile,
	} {
		word := string(words.State(&job.Job{State: job.Failed, Reason: r}))
		for _, w := range []string{word, string(r)} {
			if s := store.ParseSearch("state:" + w); len(s.Failures) != 1 || s.Failures[0] != string(r) {
				t.Errorf("state:%s gives %+v, want %s", w, s, r)
			}
		}
	}
	// A failure without a reason, and one of the service, are shown as "failed",
	// which finds every failure.
	for _, r := range []job.Reason{job.ReasonNone, job.ReasonProvider} {
		if w := words.State(&job.Job{State: job.Failed, Reason: r}); w != "failed" {
			t.Errorf("%q is shown as %q", r, w)
		}
	}
}
