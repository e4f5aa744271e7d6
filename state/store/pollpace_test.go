package store

import (
	"testing"
	"time"

	"seedreel/state/job"
)

// Many live jobs do not make as many requests: polls begin at the service's
// pace, counted over all processes, and none is forgotten.
func TestPollsKeepAPace(t *testing.T) {
	t.Parallel()
	const jobs, rate, seconds = 200, 5, 30
	s, _ := open(t)
	for i := range jobs {
		j := aJob(i + 1)
		j.State, j.RemoteID, j.NextAt = job.Running, j.ID, noon
		insert(t, s, j)
	}
	limits := func(Service) Limit { return Limit{PollsPerSecond: rate} }
	seen := map[string]bool{}
	perSecond := make([]int, seconds+1)
	now, end := noon, noon.Add(seconds*time.Second)
	for turns := 0; now.Before(end); turns++ {
		if turns > 10_000 {
			t.Fatal("it wakes without end")
		}
		r := ask([]string{"one", "two"}[turns%2])
		r.Limits = limits
		ids, c := claimIDs(t, s, now, r)
		for _, id := range ids {
			if seen[id] {
				t.Fatalf("%s is polled again though it is leased", id)
			}
			seen[id] = true
			perSecond[int(now.Sub(noon)/time.Second)]++
		}
		if !c.Wake.After(now) {
			t.Fatalf("at %s it is to be asked again at %s", now.Sub(noon), c.Wake.Sub(noon))
		}
		now = c.Wake
	}
	if n, want := len(seen), rate*seconds; n < want || n > want+rate {
		t.Errorf("%d polls began in %d seconds, want about %d", n, seconds, want)
	}
	for at, n := range perSecond {
		if n > 2*rate {
			t.Errorf("%d polls began in second %d", n, at)
		}
	}
}

// A clock that was set back does not stop the polls.
func TestPollPaceAfterTheClockWasSetBack(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for i := range 3 {
		j := aJob(i + 1)
		j.State, j.RemoteID, j.NextAt = job.Running, j.ID, noon.Add(-2*time.Hour)
		insert(t, s, j)
	}
	r := ask("one")
	r.Limits = func(Service) Limit { return Limit{PollsPerSecond: 1} }
	if ids, _ := claimIDs(t, s, noon, r); len(ids) != 1 {
		t.Fatalf("at noon: %v", ids)
	}
	if ids, _ := claimIDs(t, s, noon.Add(-time.Hour), r); len(ids) != 1 {
		t.Errorf("an hour before: %v", ids)
	}
}
