package store

import (
	"strings"
	"testing"

	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// However many jobs a statement adds, they have the order of their order, each
// its own row, and the shot that it would have had alone.
func TestManyJobsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, rowsAtOnce - 1, rowsAtOnce, rowsAtOnce + 1, 3*rowsAtOnce + 5} {
		s, _ := open(t)
		var jobs []*job.Job
		for i := range n {
			j := aJob(i)
			if i%10 != 3 {
				j.Shot = "shot" + strings.Repeat("x", i%7) // the others find theirs by their words
			}
			jobs = append(jobs, j)
		}
		for twice := range 2 {
			got, err := s.Insert(t.Context(), jobs, guard.New(guard.Terms{Nonce: "order"}))
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != n {
				t.Fatalf("%d jobs of %d", len(got), n)
			}
			for i, j := range got {
				want := jobs[i].Shot
				if want == "" {
					want = j.ID
				}
				if j.ID != jobs[i].ID || j.Seq != int64(i+1) || j.Prompt != jobs[i].Prompt || j.Shot != want {
					t.Errorf("%d, run %d: job %d is %s, number %d, shot %s", n, twice, i, j.ID, j.Seq, j.Shot)
				}
				if a, err := s.Attempts(t.Context(), j.ID); err != nil || len(a) != 1 || a[0].Model != j.Model {
					t.Errorf("%d: the attempts of %s are %+v, %v", n, j.ID, a, err)
				}
			}
		}
	}
}
