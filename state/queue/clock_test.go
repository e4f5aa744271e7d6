package queue

import (
	"testing"
	"time"

	"seedreel/client"
	"seedreel/state/job"
)

// TestAClockThatJumps sets the clock back a day and lets the machine sleep for
// eight hours: no storm of requests, no lease that is lost or never ends, no
// job that waits for yesterday.
func TestAClockThatJumps(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"suspend": 8 * time.Hour, "a day back": -24 * time.Hour, "a day ahead": 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.svc.fetch = func(id string) (client.Prediction, error) {
				return client.Prediction{ID: id, Status: client.StatusRunning, Word: "processing"}, nil
			}
			o := r.order()
			o.Count = 20
			r.add(o)
			for range 40 {
				for _, task := range r.next().Tasks {
					r.run(task)
				}
				r.clock.advance(time.Second)
			}
			held := r.second() // another process with leases in hand when it happens
			for end := r.clock.now().Add(time.Minute); r.clock.now().Before(end); r.clock.advance(time.Second) {
				if p := held.next(); len(p.Tasks) > 0 {
					break
				}
			}
			held.kill()
			r.clock.advance(jump)
			if _, err := r.q.Recover(t.Context()); err != nil {
				t.Fatal(err)
			}
			before, posts := len(r.svc.fetched), r.svc.posts()
			last := map[string]time.Time{}
			for range 120 {
				p := r.next()
				if len(p.Tasks) > pollsAtOnce {
					t.Fatalf("%d tasks at once", len(p.Tasks))
				}
				for _, task := range p.Tasks {
					now := r.clock.now()
					if at, again := last[task.JobID]; again && now.Sub(at) < MinPoll("wavespeed") {
						t.Fatalf("%s was asked for after %s", task.JobID, now.Sub(at))
					}
					last[task.JobID] = now
					if out := r.run(task); out.Job.State != job.Running && out.Job.State != job.Submitted {
						t.Fatalf("a job became %s %s", out.Job.State, out.Job.Reason)
					}
				}
				r.clock.advance(time.Second)
			}
			if len(last) != 20 {
				t.Errorf("%d of 20 jobs were looked after within two minutes", len(last))
			}
			if n := len(r.svc.fetched) - before; n > 20*120/5 {
				t.Errorf("%d polls in two minutes", n)
			}
			if r.svc.posts() != posts {
				t.Error("something was sent again")
			}
		})
	}
}
