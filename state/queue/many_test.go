package queue

import (
	"os"
	"strconv"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/state/store"
)

// liveVar overrides the number of jobs; 500 take their time on a slow disk.
const liveVar = "SEEDREEL_LIVE_JOBS"

// TestManyLiveJobsKeepTheLimits runs the queue for ten minutes of its clock
// with many jobs and an account's limits, second by second, and checks every
// request against them.
func TestManyLiveJobsKeepTheLimits(t *testing.T) {
	t.Parallel()
	const perMinute, inFlight = 60, 40
	jobs := 100
	if v := os.Getenv(liveVar); v != "" {
		var err error
		if jobs, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	r := newRig(t)
	r.limit = store.Limit{InFlight: inFlight, PerMinute: perMinute}
	made := map[string]time.Time{}
	var sent []time.Time
	r.svc.fetch = func(id string) (client.Prediction, error) {
		if age := r.clock.now().Sub(made[id]); age < 35*time.Second {
			return client.Prediction{ID: id, Status: client.StatusRunning, Word: "processing"}, nil
		}
		return client.Prediction{ID: id, Status: client.StatusCompleted, Word: "completed", Outputs: []client.Output{{URL: "https://cdn.test/" + id}}}, nil
	}
	o := r.order()
	o.Count = jobs
	r.add(o)
	polled := map[string]time.Time{}
	mostFlying, polls := 0, 0
	for end := noon.Add(10 * time.Minute); r.clock.now().Before(end); r.clock.advance(time.Second) {
		p := r.next()
		kinds := map[Kind]int{}
		for _, task := range p.Tasks {
			kinds[task.Kind]++
			now := r.clock.now()
			switch task.Kind {
			case Poll:
				polls++
				if last, again := polled[task.JobID]; again && now.Sub(last) < MinPoll("wavespeed") {
					t.Fatalf("job %s was polled after %s", task.JobID, now.Sub(last))
				}
				polled[task.JobID] = now
			case Submit:
				sent = append(sent, now)
			case Download, Look:
			}
			out := r.run(task)
			if task.Kind == Submit && out.Job.RemoteID != "" {
				made[out.Job.RemoteID] = now
			}
		}
		if kinds[Poll] > pollsAtOnce || kinds[Download] > downloadsAtOnce {
			t.Fatalf("%d polls and %d downloads at once", kinds[Poll], kinds[Download])
		}
		if kinds[Submit] > 0 {
			mostFlying = max(mostFlying, r.flying())
		}
	}
	for i := range sent {
		if i >= perMinute && sent[i].Sub(sent[i-perMinute]) < time.Minute {
			t.Fatalf("%d requests within %s", perMinute+1, sent[i].Sub(sent[i-perMinute]))
		}
	}
	if mostFlying > inFlight || mostFlying < inFlight/3 {
		t.Errorf("%d in flight, the limit is %d", mostFlying, inFlight)
	}
	saved := 0
	recent, err := r.store.Recent(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range recent {
		if j.State == job.Saved {
			saved++
		}
	}
	if saved < jobs*2/5 {
		t.Errorf("only %d clips came home", saved)
	}
	t.Logf("%d requests, %d polls, %d clips, at most %d in flight", len(sent), polls, saved, mostFlying)
}

// flying returns the number of jobs that the service works on.
func (r *rig) flying() int {
	r.t.Helper()
	open, err := r.store.OpenJobs(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	n := 0
	for _, j := range open {
		if j.State == job.Submitting || j.State == job.Submitted || j.State == job.Running {
			n++
		}
	}
	return n
}
