package queue

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"seedreel/client"
	"seedreel/state/job"
)

// atOnce makes every pause of the rig's queue short: the clock runs with the
// real one, thirty times as fast.
func (r *rig) atOnce() {
	began := time.Now()
	r.q.o.Now = func() time.Time { return noon.Add(time.Since(began) * 30) }
}

func TestWorkBringsEveryJobHomeAndLeavesNothingRunning(t *testing.T) {
	r := newRig(t)
	before := goleak.IgnoreCurrent()
	r.atOnce()
	o := r.order()
	o.Count = 12
	jobs := r.add(o)
	saved := map[string]bool{}
	err := Work(t.Context(), r.q, func() bool { return len(saved) == len(jobs) }, func(out Outcome) {
		if out.Job.State == job.Saved {
			saved[out.Job.ID] = true
		}
	})
	if err != nil || len(saved) != 12 || r.svc.posts() != 12 {
		t.Errorf("%d saved, %d POSTs (%v)", len(saved), r.svc.posts(), err)
	}
	goleak.VerifyNone(t, before)
}

func TestWorkStoredTheAnswerThoughItWasStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { storedThoughStopped(t) })
}

func storedThoughStopped(t *testing.T) {
	t.Helper()
	r := newRig(t)
	r.atOnce()
	ctx, quit := context.WithCancel(t.Context())
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		quit()
		time.Sleep(quitLimit / 2) // the answer is slow
		return client.Prediction{ID: "late"}, nil
	}
	j := r.add(r.order())[0]
	var heard atomic.Int32
	err := Work(ctx, r.q, func() bool { return false }, func(Outcome) { heard.Add(1) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if got := r.job(j.ID); got.RemoteID != "late" || heard.Load() != 1 {
		t.Errorf("the job is %s %q, %d outcomes", got.State, got.RemoteID, heard.Load())
	}
}

func TestWorkGivesBackWhatItDidNotBegin(t *testing.T) {
	r := newRig(t)
	o := r.order()
	o.Count = stepsAtOnce + 5
	r.add(o)
	outcomes := 0
	if err := Work(t.Context(), r.q, func() bool { return outcomes > 0 }, func(Outcome) { outcomes++ }); err != nil {
		t.Fatal(err)
	}
	// Another process gets the rest at once, without waiting for leases.
	submits := 0
	for _, task := range r.second().next().Tasks {
		if task.Kind == Submit {
			submits++
		}
	}
	if r.svc.posts()+submits != o.Count || submits == 0 {
		t.Errorf("%d were sent and %d are due, of %d", r.svc.posts(), submits, o.Count)
	}
}

func TestWorkEndsWhenTheStoreDoes(t *testing.T) {
	r := newRig(t)
	o := r.order()
	o.Count = 3
	r.add(o)
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{ID: "x"}, nil
	}
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Work(t.Context(), r.q, func() bool { return false }, func(Outcome) {}); err == nil {
		t.Error("it went on without a store")
	}
}
