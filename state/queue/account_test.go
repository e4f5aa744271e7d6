package queue

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/client/usd"
	"seedreel/state/job"
)

var (
	ours   = job.Account("00000000aaaa1111", "https://api.example.test")
	theirs = job.Account("00000000bbbb2222", "https://api.example.test")
)

func TestAJobWaitsForItsOwnAccount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.account = ours
	id := r.add(r.order())[0].ID
	j := r.only(Submit).Job
	r.want(j, job.Submitted, "")
	if j.Account != ours {
		t.Fatalf("the job was sent with %q", j.Account)
	}
	r.account = theirs
	r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{}, fault(client.KindNotFound) }
	for range goneAfter + 2 {
		r.due()
		out := r.only(Poll)
		r.want(out.Job, job.Submitted, "")
		j = out.Job
		var other *AccountError
		if !errors.As(out.Err, &other) || j.Waiting != job.WaitAccount || !strings.Contains(j.ErrorText, "…1111 at api.example.test") {
			t.Fatalf("%v, waiting for %q: %q", out.Err, j.Waiting, j.ErrorText)
		}
	}
	if len(r.svc.fetched) != 0 {
		t.Errorf("another account was asked %d times", len(r.svc.fetched))
	}
	r.account, r.svc.fetch = ours, nil
	r.due()
	r.want(r.only(Poll).Job, job.Completed, "")
	if j := r.job(id); j.ErrorText != "" || j.Waiting != "" {
		t.Errorf("left: %q, %q", j.ErrorText, j.Waiting)
	}
}

func TestAJobWithoutAnAccountIsAskedWithAny(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.add(r.order())
	r.want(r.only(Submit).Job, job.Submitted, "")
	r.account = theirs
	r.due()
	r.want(r.only(Poll).Job, job.Completed, "")
}

// lostByOurs returns a rig of our account in which the answer to a submit is
// lost, and a search finds nothing.
func lostByOurs(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.account = ours
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{}, fault(client.KindUncertain)
	}
	r.provider = func() (client.Provider, error) {
		return &finder{service: r.svc, find: func(find.Lost) (find.Search, error) { return find.Search{}, nil }}, nil
	}
	return r
}

func TestALostAnswerIsLookedForInItsOwnAccount(t *testing.T) {
	t.Parallel()
	r := lostByOurs(t)
	r.add(r.order())
	r.want(r.only(Submit).Job, job.Uncertain, "")
	r.account = theirs
	for range 6 {
		r.clock.advance(10 * time.Minute)
		if out := r.only(Look); out.Job.State != job.Uncertain || out.Job.Waiting != job.WaitAccount {
			t.Fatalf("%s, waiting for %q", out.Job.State, out.Job.Waiting)
		}
	}
}

func TestWhatWasGoneIsAskedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.add(r.order())[0].ID
	r.only(Submit)
	r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{}, fault(client.KindNotFound) }
	for range goneAfter {
		r.due()
		r.only(Poll)
	}
	r.want(r.job(id), job.Failed, job.ReasonGone)
	r.svc.fetch = nil
	if _, err := r.q.AskAgain(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	j := r.only(Poll).Job
	r.want(j, job.Completed, "")
	if !j.EndedAt.After(j.SubmittedAt) || j.NotFound != 0 {
		t.Errorf("ended at %v, not found %d times", j.EndedAt, j.NotFound)
	}
}

func TestWhatFailedOtherwiseIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.add(r.order())[0].ID
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{}, fault(client.KindModeration)
	}
	r.only(Submit)
	if _, err := r.q.AskAgain(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	r.want(r.job(id), job.Failed, job.ReasonModeration)
}

func TestWhatIsSetAsideIsNoCharge(t *testing.T) {
	t.Parallel()
	hold, own, absurd := usd.Micro(180_000), usd.Micro(150_000), usd.MostForOne+1
	for name, tc := range map[string]struct {
		end    client.Prediction
		state  job.State
		charge *usd.Micro
		spent  usd.Micro
	}{
		"made":               {client.Prediction{Status: client.StatusCompleted}, job.Completed, &hold, hold},
		"made, for another":  {client.Prediction{Status: client.StatusCompleted, Charge: &own}, job.Completed, &own, own},
		"made, for too much": {client.Prediction{Status: client.StatusCompleted, Charge: &absurd}, job.Completed, &hold, hold},
		"failed":             {client.Prediction{Status: client.StatusFailed}, job.Failed, nil, 0},
		"timed out":          {client.Prediction{Status: client.StatusTimedOut}, job.Failed, nil, 0},
		"running":            {client.Prediction{Status: client.StatusRunning}, job.Running, nil, hold},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
				return client.Prediction{ID: "r1", Status: client.StatusQueued, Hold: &hold}, nil
			}
			r.svc.fetch = func(id string) (client.Prediction, error) {
				p := tc.end
				p.ID = id
				if p.Status == client.StatusCompleted {
					p.Outputs = []client.Output{{URL: "https://cdn.test/c"}}
				}
				return p, nil
			}
			r.add(r.order())
			if j := r.only(Submit).Job; j.Charge != nil || *j.Hold != hold || *j.Cost() != hold {
				t.Errorf("charge %v, hold %v, cost %v", j.Charge, j.Hold, j.Cost())
			}
			r.due()
			j := r.only(Poll).Job
			if j.State != tc.state || (j.Charge == nil) != (tc.charge == nil) || j.Charge != nil && *j.Charge != *tc.charge {
				t.Errorf("%s, charge %v, want %s, %v", j.State, j.Charge, tc.state, tc.charge)
			}
			day, err := r.store.Committed(t.Context(), noon.Add(-time.Hour), false)
			if err != nil || day.Total != tc.spent {
				t.Errorf("the day's sum is %v (%v), want %v", day.Total, err, tc.spent)
			}
		})
	}
}

func TestALinkIsKeptForItsAccountAndItsSuccess(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.account = ours
	o := r.order()
	o.Values[catalogue.RoleReferenceImages] = catalogue.Media(r.file("a.png", "a"))
	uploads := func(want int, state job.State, what string) {
		t.Helper()
		id := r.add(o)[0].ID
		for _, task := range r.next().Tasks {
			if task.JobID == id {
				r.run(task)
			}
		}
		if j := r.job(id); j.State != state || len(r.svc.handed) != want {
			t.Errorf("%s: %s after %d uploads, want %s after %d", what, j.State, len(r.svc.handed), state, want)
		}
	}
	uploads(1, job.Submitted, "the first")
	uploads(1, job.Submitted, "the same account")
	r.account = theirs
	uploads(2, job.Submitted, "another account")
	uploads(2, job.Submitted, "that one again")
	r.account = ours
	uploads(2, job.Submitted, "the first account again")
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{}, fault(client.KindInvalid)
	}
	uploads(2, job.Failed, "refused with it")
	r.svc.submit = nil
	uploads(3, job.Submitted, "after the refusal")
}

// Earlier versions kept any link.
func TestAKeptLinkIsCheckedToo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.account = ours
	bad := ""
	r.provider = func() (client.Provider, error) { return &linkChecker{service: r.svc, bad: &bad}, nil }
	o := r.order()
	o.Values[catalogue.RoleReferenceImages] = catalogue.Media(r.file("a.png", "a"))
	for n := range 3 {
		r.add(o)
		j := r.only(Submit).Job
		r.want(j, job.Submitted, "")
		for _, link := range j.Handed {
			if n == 1 {
				bad = link
			}
		}
		if got := len(r.svc.handed); got != max(n, 1) {
			t.Errorf("order %d: %d uploads", n, got)
		}
	}
}

// linkChecker refuses one link.
type linkChecker struct {
	*service
	bad *string
}

func (c *linkChecker) CheckLink(link string) error {
	if link == *c.bad {
		return errors.New("it leads inside")
	}
	return nil
}

// A key that was replaced is another fingerprint of the same account: a person
// can say so.
func TestAJobIsAskedForWithAnotherKeyByAPersonsWord(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.account = ours
	id := r.add(r.order())[0].ID
	r.want(r.only(Submit).Job, job.Submitted, "")
	if j, err := r.q.AskHere(t.Context(), id); err != nil || j.Account != ours {
		t.Fatalf("a job that waits for nothing is of %q (%v)", j.Account, err)
	}
	r.account = theirs
	r.due()
	if j := r.only(Poll).Job; j.Waiting != job.WaitAccount {
		t.Fatalf("waiting for %q", j.Waiting)
	}
	if j, err := r.q.AskHere(t.Context(), id); err != nil || j.Account != theirs || j.Waiting != "" || j.ErrorText != "" {
		t.Fatalf("of %q, waiting for %q: %q (%v)", j.Account, j.Waiting, j.ErrorText, err)
	}
	r.want(r.only(Poll).Job, job.Completed, "")
}

func TestAJobOfALostAnswerIsNotAskedForWithAnotherKey(t *testing.T) {
	t.Parallel()
	r := lostByOurs(t)
	id := r.add(r.order())[0].ID
	r.want(r.only(Submit).Job, job.Uncertain, "")
	r.account = theirs
	r.clock.advance(10 * time.Minute)
	if j := r.only(Look).Job; j.Waiting != job.WaitAccount {
		t.Fatalf("waiting for %q", j.Waiting)
	}
	if j, err := r.q.AskHere(t.Context(), id); err != nil || j.Account != ours {
		t.Fatalf("of %q (%v)", j.Account, err)
	}
}

// A history that was lost and rebuilt from receipts knows whose its jobs are.
func TestARebuiltJobWaitsForItsOwnAccount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	paid := job.Record{ID: "one", RemoteID: "r-one", Service: "wavespeed", Model: "v/lite", SubmittedAt: noon, Account: ours}
	if err := r.store.AddReceipt(t.Context(), paid); err != nil {
		t.Fatal(err)
	}
	if _, err := r.q.Rebuild(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	r.account = theirs
	if j := r.only(Poll).Job; j.Account != ours || j.Waiting != job.WaitAccount {
		t.Errorf("of %q, waiting for %q", j.Account, j.Waiting)
	}
}
