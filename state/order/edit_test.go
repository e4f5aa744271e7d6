package order_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/store"
)

// edited returns the order to change the words of a job, or its model.
func (w *world) edited(j *job.Job, id, prompt string, shown *catalogue.Estimate) order.Draft {
	v := j.Values.Clone()
	v[catalogue.RolePrompt] = catalogue.Text(prompt)
	return order.Edit(j, w.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: id}), v, shown)
}

// A waiting job is changed in its place; only what it costs more counts.
func TestAWaitingJobIsChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	j := w.buy(w.clip("v/lite", 1, 7))[0]
	w.rules.Limit = 300_000 // all of it is promised
	p := w.prepare(w.edited(j, "v/lite", "an otter", nil))
	if open := p.Open(order.Answers{}); len(open) > 0 {
		t.Fatalf("for the same price it asks about %v", kinds(open))
	}
	got, err := w.desk.Confirm(t.Context(), p, order.Answers{})
	if err != nil || len(got) != 1 || got[0].ID != j.ID || got[0].Prompt != "an otter" || got[0].Seed != 7 {
		t.Fatalf("it is %+v (%v)", got, err)
	}
	w.quote = amount(400_000)
	p = w.prepare(w.edited(got[0], "v/lite", "a heron", nil))
	if open := p.Open(order.Answers{}); !slices.Equal(kinds(open), []order.Kind{order.Dearer, order.OverLimit}) {
		t.Errorf("dearer by 10 cents it asks about %v", kinds(open))
	} else if open[1].Amount != 400_000 || open[1].Spent != 300_000 {
		t.Errorf("it says %s after %s", open[1].Amount, open[1].Spent)
	}
	w.rules.Limit, w.rules.Threshold = 0, usd.Micro(0)
	if open := w.prepare(w.edited(got[0], "v/lite", "a heron", nil)).Open(order.Answers{}); !slices.Contains(kinds(open), order.AboveThreshold) {
		t.Errorf("who wants to be asked always is asked about %v", kinds(open))
	}
}

func TestOnlyAWaitingJobIsChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	j := w.buy(w.clip("v/lite", 1, 7))[0]
	p := w.prepare(w.edited(j, "v/lite", "an otter", nil))
	if _, err := w.store.Advance(t.Context(), j.ID, []job.State{job.Queued}, func(j *job.Job) { j.State = job.Submitting }); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.Confirm(t.Context(), p, order.Answers{}); !errors.As(err, new(*store.ErrStale)) {
		t.Errorf("confirmed too late: %v", err)
	}
	if _, err := w.desk.Prepare(t.Context(), w.edited(j, "v/lite", "an otter", nil)); !errors.As(err, new(*store.ErrStale)) {
		t.Errorf("prepared too late: %v", err)
	}
	if now, err := w.store.Job(t.Context(), j.ID); err != nil || now.Prompt != "a fox" {
		t.Errorf("it asks for %q (%v)", now.Prompt, err)
	}
	k := w.buy(w.clip("v/lite", 1, 8))[0]
	p = w.prepare(w.edited(k, "v/lite", "", nil))
	if len(p.Errors()) == 0 {
		t.Error("no words are fine")
	}
}

// A job that was promised on an earlier day counts on this one if it becomes
// dearer, in full, and is asked about before it is confirmed.
func TestAJobOfAnEarlierDayCountsOnThisOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	j := w.buy(w.clip("v/lite", 1, 7))[0]
	w.now = w.now.Add(48 * time.Hour)
	w.rules.Limit = 300_000
	w.quote = amount(400_000)
	open := w.prepare(w.edited(j, "v/lite", "a heron", nil)).Open(order.Answers{})
	if i := slices.Index(kinds(open), order.OverLimit); i < 0 || open[i].Spent != 0 || open[i].Amount != 400_000 {
		t.Errorf("it asks %+v", open)
	}
}
