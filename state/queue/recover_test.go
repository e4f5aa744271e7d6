package queue

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
)

// dieDuring leaves a job in its state while the service is asked, like a
// process killed at that point.
func (r *rig) dieDuring(j *job.Job, s job.State) {
	r.t.Helper()
	r.next() // leased by the process that dies
	_, err := r.store.Advance(context.Background(), j.ID, []job.State{job.Queued}, func(j *job.Job) {
		j.State, j.Owner = s, r.inst.ID()
		if s == job.Submitting {
			j.PostedAt, j.Attempt = r.clock.now(), 1
		}
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.kill()
	r.start()
}

func (r *rig) recover() Recovery {
	r.t.Helper()
	rec, err := r.q.Recover(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return rec
}

func TestADeadSendersRequestIsUncertainAndNeverSentAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	r.dieDuring(j, job.Submitting)
	rec := r.recover()
	if len(rec.Uncertain) != 1 || rec.Uncertain[0].ID != j.ID || len(rec.Found)+len(rec.Requeued) != 0 {
		t.Fatalf("recovered %+v", rec)
	}
	r.want(r.job(j.ID), job.Uncertain, "")
	r.clock.advance(24 * time.Hour)
	if p := r.next(); len(p.Tasks) > 0 || r.svc.posts() != 0 {
		t.Errorf("due is %+v, %d POSTs", p.Tasks, r.svc.posts())
	}
	if rec := r.recover(); !reflect.DeepEqual(rec, Recovery{}) {
		t.Errorf("recovered again: %+v", rec)
	}
}

// The studio runs for days while commands beside it start and end.
func TestAProcessThatDiesLaterIsNoticed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	other := r.second()
	other.recover()
	other.next()
	r.dieDuring(j, job.Submitting)
	p := other.next()
	for range 5 {
		if other.job(j.ID).State != job.Submitting || p.Wake.IsZero() {
			break
		}
		other.clock.set(p.Wake)
		p = other.next()
	}
	other.want(other.job(j.ID), job.Uncertain, "")
}

func TestALivingSendersRequestIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	other := r.second()
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		r.clock.advance(time.Hour) // however slow it is
		if rec := other.recover(); !reflect.DeepEqual(rec, Recovery{}) {
			t.Errorf("another process recovered %+v", rec)
		}
		if p := other.next(); len(p.Tasks) > 0 {
			t.Errorf("another process got %+v", p.Tasks)
		}
		return client.Prediction{ID: "late"}, nil
	}
	r.want(r.only(Submit).Job, job.Submitted, "")
	if r.job(j.ID).RemoteID != "late" {
		t.Error("the answer was lost")
	}
}

func TestAReceiptBringsADeadSendersJobBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at    time.Time
		state job.State
	}{"of this attempt": {noon.Add(time.Second), job.Submitted}, "of an earlier one": {noon.Add(-time.Hour), job.Uncertain}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			j := r.add(r.order())[0]
			if err := r.store.AddReceipt(t.Context(), job.Record{ID: j.ID, RemoteID: "paid", Service: j.Provider, Model: j.Model, SubmittedAt: c.at}); err != nil {
				t.Fatal(err)
			}
			r.dieDuring(j, job.Submitting)
			r.recover()
			j = r.job(j.ID)
			r.want(j, c.state, "")
			if found := j.RemoteID == "paid"; found != (c.state == job.Submitted) {
				t.Errorf("the id is %q", j.RemoteID)
			}
		})
	}
}

func TestADeadUploadersJobIsQueuedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	r.dieDuring(j, job.Uploading)
	if rec := r.recover(); len(rec.Requeued) != 1 {
		t.Fatalf("recovered %+v", rec)
	}
	r.want(r.only(Submit).Job, job.Submitted, "")
}

func TestALateAnswerIsStoredWhateverOthersThought(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.add(r.order())[0]
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		// As if the lock had failed: another process thinks it dead and frees
		// its lease.
		if _, err := r.store.Unlease(t.Context(), func(string) bool { return false }); err != nil {
			t.Error(err)
		}
		if _, err := r.store.Advance(t.Context(), j.ID, []job.State{job.Submitting}, func(j *job.Job) { j.State, j.Owner = job.Uncertain, "" }); err != nil {
			t.Error(err)
		}
		return client.Prediction{ID: "late"}, nil
	}
	out := r.only(Submit)
	r.want(out.Job, job.Submitted, "")
	if out.Job.RemoteID != "late" {
		t.Errorf("the id is %q", out.Job.RemoteID)
	}
}

func TestALostLeaseSendsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.add(r.order())
	task := r.next().Tasks[0]
	r.clock.advance(2 * leaseTTL) // asleep meanwhile
	other := r.second()
	theirs := other.next().Tasks
	if len(theirs) != 1 {
		t.Fatalf("another process got %+v", theirs)
	}
	out := r.run(task)
	if _, stale := errors.AsType[*store.ErrStale](out.Err); !stale || r.svc.posts() != 0 {
		t.Errorf("the sleeper: %v, %d POSTs", out.Err, r.svc.posts())
	}
	r.want(other.run(theirs[0]).Job, job.Submitted, "")
	if r.svc.posts() != 1 {
		t.Errorf("%d POSTs", r.svc.posts())
	}
}

func TestWhatTheUserDecides(t *testing.T) {
	t.Parallel()
	uncertain := func(r *rig) *job.Job {
		r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
			return client.Prediction{}, fault(client.KindUncertain)
		}
		r.add(r.order())
		j := r.only(Submit).Job
		r.svc.submit = nil
		return j
	}
	t.Run("drop", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		j, err := r.q.Drop(t.Context(), uncertain(r).ID)
		if err != nil {
			t.Fatal(err)
		}
		r.want(j, job.Failed, job.ReasonCanceled)
		spent, err := r.store.Spend(t.Context(), noon.Add(-time.Hour), store.ByService, time.UTC)
		if err != nil || len(spent) != 1 || spent[0].Spent != 180_000 {
			t.Errorf("what may have been billed is not counted: %+v (%v)", spent, err)
		}
	})
	t.Run("send again", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		j := uncertain(r)
		r.clock.advance(time.Minute)
		if err := r.resend(j.ID); err != nil {
			t.Fatal(err)
		}
		if err := r.resend(j.ID); err == nil {
			t.Error("sent again twice by one decision")
		}
		out := r.only(Submit)
		r.want(out.Job, job.Submitted, "")
		if out.Job.Attempt != 2 || r.svc.posts() != 2 || r.svc.requests[0].Token == r.svc.requests[1].Token {
			t.Errorf("attempt %d, %d POSTs", out.Job.Attempt, r.svc.posts())
		}
		if !r.event(j.ID, `"from":"uncertain"`, `"to":"queued"`, `"attempt":1`, `"posted_at":"2026-03-14T12:00:00Z"`) {
			t.Error("the first attempt is not in the events")
		}
	})
	t.Run("dropped may have been billed", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
			return client.Prediction{}, fault(client.KindUncertain)
		}
		r.add(r.order())
		gone, err := r.q.Drop(t.Context(), r.only(Submit).Job.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !gone.MaybeBilled() {
			t.Error("a dropped job counts as unpaid")
		}
		free, err := r.store.SetBilled(t.Context(), gone.ID, store.Billed{Paid: new(usd.Micro)})
		if err != nil || free.MaybeBilled() {
			t.Errorf("the service says it cost nothing: %v (%v)", free.MaybeBilled(), err)
		}
	})
	t.Run("cancel", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		j := r.add(r.order())[0]
		task := r.next().Tasks[0] // even when it is about to go
		canceled, err := r.q.Cancel(t.Context(), j.ID)
		if err != nil {
			t.Fatal(err)
		}
		r.want(canceled, job.Failed, job.ReasonCanceled)
		r.run(task)
		r.want(r.job(j.ID), job.Failed, job.ReasonCanceled)
		if r.svc.posts() != 0 {
			t.Error("a canceled job was sent")
		}
		other := r.submitted()
		if _, err := r.q.Cancel(t.Context(), other.ID); err == nil {
			t.Error("a job that is being made was canceled")
		}
	})
}

func TestReceiptsRebuildALostHistory(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for n, id := range []string{"old", "one", "two", "known"} {
		at := noon.Add(time.Duration(n) * time.Minute)
		if id == "old" {
			at = noon.AddDate(0, 0, -8)
		}
		if err := r.store.AddReceipt(t.Context(), job.Record{ID: id, RemoteID: "r-" + id, Service: "wavespeed", Model: "v/lite", SubmittedAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{ID: "r-known"}, nil
	}
	r.add(r.order())
	r.only(Submit)
	jobs, err := r.q.Rebuild(t.Context(), noon.AddDate(0, 0, -7))
	if err != nil || len(jobs) != 2 || jobs[0].RemoteID != "r-one" || jobs[1].RemoteID != "r-two" {
		t.Fatalf("rebuilt %+v (%v)", jobs, err)
	}
	if again, err := r.q.Rebuild(t.Context(), noon.AddDate(0, 0, -7)); err != nil || len(again) != 0 {
		t.Errorf("rebuilt twice: %+v (%v)", again, err)
	}
	p := r.next()
	for range 2 {
		for _, task := range p.Tasks {
			r.run(task)
		}
		p = r.next()
	}
	for _, j := range jobs {
		r.want(r.job(j.ID), job.Saved, "")
	}
}

func TestTwoQueuesNeverGetTheSameTask(t *testing.T) {
	t.Parallel()
	a := newRig(t)
	b := a.second()
	o := a.order()
	o.Count = 14
	jobs := a.add(o)
	var mu sync.Mutex
	busy, overlaps := map[Task]bool{}, 0
	done := func() bool {
		for _, j := range jobs {
			if a.job(j.ID).State != job.Saved {
				return false
			}
		}
		return true
	}
	for range 100 {
		var wg sync.WaitGroup
		for _, r := range []*rig{a, b} {
			wg.Go(func() {
				p, err := r.q.Next(t.Context())
				if err != nil {
					t.Error(err)
				}
				for _, task := range p.Tasks {
					mu.Lock()
					if busy[task] {
						overlaps++
					}
					busy[task] = true
					mu.Unlock()
				}
				for _, task := range p.Tasks {
					out, err := r.q.Run(t.Context(), task, nil)
					if err != nil || out.Err != nil {
						t.Errorf("%s: %v, %v", task.Kind, err, out.Err)
					}
				}
			})
		}
		wg.Wait()
		clear(busy)
		a.clock.advance(10 * time.Second)
		if done() {
			break
		}
	}
	if !done() || overlaps > 0 || a.svc.posts() != o.Count {
		t.Errorf("done %v, %d overlaps, %d POSTs for %d jobs", done(), overlaps, a.svc.posts(), o.Count)
	}
	seen := map[string]int{}
	for _, o := range a.dl.orders {
		seen[o.JobID]++
		if seen[o.JobID] > 1 {
			t.Errorf("%s was fetched twice", o.JobID)
		}
	}
}
