package store_test

import (
	"testing"

	"seedreel/state/job"
	"seedreel/state/store"
)

// A job that ends between the read of the open ones and that of the ended ones is
// listed once, as what it is now.
func TestAJobThatEndsBetweenTwoReadsIsListedOnce(t *testing.T) {
	t.Parallel()
	running, ended := &job.Job{ID: "a", State: job.Running}, &job.Job{ID: "a", State: job.Saved}
	waits := &job.Job{ID: "b", State: job.Queued}
	got := append(store.StillOpen([]*job.Job{running, waits}, []*job.Job{ended}), ended)
	if len(got) != 2 || got[0] != waits || got[1] != ended {
		t.Errorf("the list has %d jobs: %+v", len(got), got)
	}
	if got := store.StillOpen([]*job.Job{waits}, nil); len(got) != 1 {
		t.Errorf("with none ended %d are open", len(got))
	}
}
