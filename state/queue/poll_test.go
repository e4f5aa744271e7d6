package queue

import (
	"context"
	"strings"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/job"
	"seedreel/state/store"
)

// submitted takes one job to where it is polled.
func (r *rig) submitted() *job.Job {
	r.t.Helper()
	r.add(r.order())
	j := r.only(Submit).Job
	r.want(j, job.Submitted, "")
	return j
}

func TestEveryEndOfAPrediction(t *testing.T) {
	t.Parallel()
	failure := func(k client.Kind) *client.Error { return &client.Error{Kind: k, Message: "why", Code: "c"} }
	for name, c := range map[string]struct {
		pred   client.Prediction
		state  job.State
		reason job.Reason
	}{
		"waiting":      {client.Prediction{Status: client.StatusQueued, Word: "created"}, job.Submitted, ""},
		"unknown word": {client.Prediction{Status: client.StatusOther, Word: "pondering"}, job.Submitted, ""},
		"running":      {client.Prediction{Status: client.StatusRunning, Word: "processing"}, job.Running, ""},
		"no clip yet":  {client.Prediction{Status: client.StatusCompleted, Word: "completed"}, job.Submitted, ""},
		"moderation":   {client.Prediction{Status: client.StatusFailed, Failure: failure(client.KindModeration)}, job.Failed, job.ReasonModeration},
		"invalid":      {client.Prediction{Status: client.StatusFailed, Failure: failure(client.KindInvalid)}, job.Failed, job.ReasonInvalid},
		"failed":       {client.Prediction{Status: client.StatusFailed, Failure: failure(client.KindFailed)}, job.Failed, job.ReasonProvider},
		"without why":  {client.Prediction{Status: client.StatusFailed}, job.Failed, job.ReasonProvider},
		"canceled":     {client.Prediction{Status: client.StatusCanceled}, job.Failed, job.ReasonCanceled},
		"timed out":    {client.Prediction{Status: client.StatusTimedOut}, job.Failed, job.ReasonTimedOut},
		"deleted":      {client.Prediction{Status: client.StatusDeleted}, job.Failed, job.ReasonGone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.submitted()
			r.svc.fetch = func(string) (client.Prediction, error) { return c.pred, nil }
			r.due()
			out := r.only(Poll)
			r.want(out.Job, c.state, c.reason)
			if out.Job.Word != c.pred.Word {
				t.Errorf("the word is %q", out.Job.Word)
			}
			if c.pred.Failure != nil && (out.Job.ErrorText != "why" || out.Job.ErrorCode != "c") {
				t.Errorf("the words are %q %q", out.Job.ErrorCode, out.Job.ErrorText)
			}
			if c.state.Open() == out.NextAt.IsZero() || (!c.state.Open() && out.Job.EndedAt.IsZero()) {
				t.Errorf("next at %v, ended at %v", out.NextAt, out.Job.EndedAt)
			}
		})
	}
}

func TestAFailureWithoutWordsIsReportedAsSuch(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submitted()
	r.svc.fetch = func(string) (client.Prediction, error) {
		return client.Prediction{Status: client.StatusFailed, Failure: &client.Error{Kind: client.KindFailed, Provider: "wavespeed", Op: "making the clip"}}, nil
	}
	r.due()
	if j := r.only(Poll).Job; j.ErrorText != "it gave no reason" || j.ErrorCode != "" {
		t.Errorf("the words are %q %q", j.ErrorCode, j.ErrorText)
	}
}

func TestTroubleWithPollsNeverFailsAJob(t *testing.T) {
	t.Parallel()
	for _, kind := range []client.Kind{
		client.KindUnavailable, client.KindNotSent, client.KindUncertain, client.KindUnauthorized, client.KindRateLimited,
		client.KindUnknown, client.KindInvalid,
	} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			j := r.submitted()
			r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{}, fault(kind) }
			for range 7 {
				r.due()
				for _, task := range r.next().Tasks {
					out := r.run(task)
					r.want(out.Job, job.Submitted, "")
					if wait := out.NextAt.Sub(r.clock.now()); wait < 0 || wait > longestRetry*115/100 {
						t.Fatalf("the next look is after %v", wait)
					}
				}
			}
			r.svc.fetch = nil
			for range 3 {
				r.clock.advance(5 * time.Minute)
				for _, task := range r.next().Tasks {
					r.run(task)
				}
			}
			r.want(r.job(j.ID), job.Saved, "")
		})
	}
}

func TestAJobIsGoneAfterTenMinutesOfNotFounds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submitted()
	unknown := func(string) (client.Prediction, error) { return client.Prediction{}, fault(client.KindNotFound) }
	r.svc.fetch = unknown
	r.due()
	out := r.only(Poll)
	r.want(out.Job, job.Submitted, "")
	// Right after a submit a replica may lag behind: the next poll is soon, and
	// the job tells why.
	if wait := out.NextAt.Sub(r.clock.now()); wait > 10*time.Second || out.Job.ErrorText != "says "+client.KindNotFound.String() || !out.Job.Troubled() {
		t.Errorf("the next poll is after %s, the job says %q", wait, out.Job.ErrorText)
	}
	// Found in between: the count restarts.
	r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{Status: client.StatusRunning}, nil }
	r.due()
	if j := r.only(Poll).Job; j.State != job.Running || j.Troubled() || j.ErrorText != "" {
		t.Errorf("the job is %+v", j)
	}
	r.svc.fetch = unknown
	r.due()
	first := r.clock.now()
	r.want(r.only(Poll).Job, job.Running, "")
	for range goneAfter - 2 {
		r.due()
		r.want(r.only(Poll).Job, job.Running, "")
	}
	r.due()
	r.want(r.only(Poll).Job, job.Failed, job.ReasonGone)
	if took := r.clock.now().Sub(first); took < 10*time.Minute {
		t.Errorf("given up after %v", took)
	}
}

// Answers that say nothing of a job have a pace, a word and an end: two such
// jobs would fill the places of an account for ever.
func TestAnswersThatSayNothingEndSomeDay(t *testing.T) {
	t.Parallel()
	refusal := func(k client.Kind, status int) error {
		return &client.Error{Kind: k, Provider: "wavespeed", Op: "fetching", Status: status, Message: "no such thing"}
	}
	for name, tt := range map[string]struct {
		pred client.Prediction
		err  error
		says string
	}{
		"an unknown word":          {client.Prediction{Status: client.StatusOther, Word: "pondering"}, nil, `the service says "pondering"`},
		"refused":                  {client.Prediction{}, refusal(client.KindInvalid, 400), "no such thing"},
		"refused as unprocessable": {client.Prediction{}, refusal(client.KindInvalid, 422), "no such thing"},
		"refused inside a 200":     {client.Prediction{}, refusal(client.KindFailed, 200), "no such thing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.submitted()
			r.svc.fetch = func(string) (client.Prediction, error) { return tt.pred, tt.err }
			first, polls := r.clock.now(), 0
			for {
				r.due()
				j := r.only(Poll).Job
				polls++
				if !strings.Contains(j.ErrorText, tt.says) {
					t.Fatalf("it says %q", j.ErrorText)
				}
				if !j.State.Open() {
					r.want(j, job.Failed, job.ReasonUnusable)
					if !j.MaybeBilled() {
						t.Error("it counts as free")
					}
					break
				}
				if !j.Troubled() || j.Since.IsZero() || j.NextAt.IsZero() {
					t.Fatalf("no reason, time or next try: %+v", j)
				}
			}
			if took := r.clock.now().Sub(first); took < mostOdd || took > mostOdd+time.Hour || polls > 400 {
				t.Errorf("given up after %s and %d polls", took, polls)
			}
		})
	}
}

// A page in the place of an answer never ends a job.
func TestAPageInsteadOfAnAnswerNeverEndsAJob(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submitted()
	r.svc.fetch = func(string) (client.Prediction, error) {
		return client.Prediction{}, &client.Error{Kind: client.KindUnavailable, Provider: "wavespeed", Op: "fetching", Status: 200, Message: "Sign in"}
	}
	for end := noon.Add(3 * mostOdd); r.clock.now().Before(end); r.clock.advance(time.Hour) {
		for _, task := range r.next().Tasks {
			out := r.run(task)
			r.want(out.Job, job.Submitted, "")
			if out.Job.ErrorText != "Sign in" {
				t.Fatalf("it says %q", out.Job.ErrorText)
			}
		}
	}
}

func TestAFinishedJobWithoutAClipEndsSomeDay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submitted()
	r.svc.fetch = func(string) (client.Prediction, error) {
		return client.Prediction{Status: client.StatusCompleted, Word: "completed"}, nil
	}
	for range emptyAfter - 1 {
		r.due()
		r.want(r.only(Poll).Job, job.Submitted, "")
	}
	r.due()
	j := r.only(Poll).Job
	r.want(j, job.Failed, job.ReasonUnusable)
	if !j.MaybeBilled() {
		t.Error("a clip that was made and never came counts as free")
	}
}

func TestThePaceOfPolls(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := &job.Job{Provider: "wavespeed", SubmittedAt: noon}
	slow := &job.Job{Provider: "aimlapi", SubmittedAt: noon}
	sec := time.Second
	for _, c := range []struct {
		j       *job.Job
		age     time.Duration
		stretch float64
		soon    time.Duration
		want    time.Duration
	}{
		{j, 0, 1, 0, 5 * sec},
		{j, time.Minute, 1, 0, 5 * sec},
		{slow, time.Minute, 1, 0, 10 * sec},
		{j, 200 * sec, 1, 0, 12 * sec},
		{j, time.Hour, 1, 0, 30 * sec},
		{j, 48 * time.Hour, 1, 0, 10 * time.Minute},
		{j, time.Minute, 4, 0, 20 * sec},
		{j, -time.Hour, 1, 0, 5 * sec}, // the clock was set back
		// Before jobs of its kind begin to end it is polled less, and never so
		// late that the poll at that time must wait.
		{j, 10 * sec, 1, 100 * sec, 20 * sec},
		{j, 80 * sec, 1, 100 * sec, 20 * sec},
		{j, 76 * sec, 1, 100 * sec, 24 * sec},
		{j, 13 * sec, 1, 20 * sec, 7 * sec},
		{j, 13 * sec, 1, 24 * sec, 5 * sec},
		{j, 20 * sec, 1, 20 * sec, 5 * sec},
		{j, 10 * sec, 1, time.Hour, 2 * time.Minute},
	} {
		r.q.SetStretch(c.stretch)
		now := noon.Add(c.age)
		if wait := r.q.nextPoll(c.j, store.Runs{Soon: c.soon}, now).Sub(now); wait != c.want {
			t.Errorf("%s at %v, stretched %v, soon %v: %v, want %v", c.j.Provider, c.age, c.stretch, c.soon, wait, c.want)
		}
	}
	r.q.SetStretch(0) // never faster than the pace
	if wait := r.q.nextPoll(j, store.Runs{}, noon.Add(time.Hour)).Sub(noon.Add(time.Hour)); wait < 25*time.Second {
		t.Errorf("stretched by 0: %v", wait)
	}
}

// A job of a kind that is known to take so long is polled at most five times, and
// the last of them shows its end at once. If nothing is known it is polled at the
// service's pace.
func TestPollsFallOnTheExpectedEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := &job.Job{Provider: "wavespeed", Model: "m", SubmittedAt: noon}
	kind := runKind{provider: j.Provider, model: j.Model}
	polls := func(known store.Runs, took time.Duration) (n int, late time.Duration) {
		r.q.learnt[kind] = knownRuns{known, r.clock.now()}
		at := r.q.firstPoll(t.Context(), j, noon)
		for n = 1; at.Sub(noon) < took; n++ {
			at = r.q.nextPoll(j, known, at)
		}
		return n, at.Sub(noon) - took
	}
	for _, took := range []time.Duration{4 * time.Second, 7 * time.Second, 20 * time.Second, 47 * time.Second, 5 * time.Minute} {
		soon := took + took/100
		if n, late := polls(store.Runs{Median: soon + 2*time.Second, Soon: soon, N: 51}, took); n > 5 || late > max(took/100, 5*time.Second-took) {
			t.Errorf("a job of %v takes %d polls and is seen done %v late", took, n, late)
		}
	}
	if n, late := polls(store.Runs{}, 19*time.Second); n != 4 || late != time.Second {
		t.Errorf("a job of an unknown kind takes %d polls and is seen done %v late", n, late)
	}
}

func TestTheFirstPollFollowsWhatWasLearnt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 { // each is seen done 100 s after it was accepted
		r.submitted()
		r.clock.advance(100 * time.Second)
		r.only(Poll)
		r.only(Download)
	}
	out := r.submitted()
	if wait := out.NextAt.Sub(r.clock.now()); wait < 34*time.Second || wait > 46*time.Second {
		t.Errorf("the first look is after %v, want about 40 s", wait)
	}
}

func TestInFlightSlotsComeFree(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.limit = store.Limit{InFlight: 2}
	o := r.order()
	o.Count = 3
	jobs := r.add(o)
	p := r.next()
	if len(p.Tasks) != 2 || p.Waiting[job.WaitSlots] != 1 {
		t.Fatalf("at first %+v", p)
	}
	for _, task := range p.Tasks {
		r.run(task)
	}
	if p = r.next(); len(p.Tasks) != 0 {
		t.Fatalf("a third went off: %+v", p)
	}
	r.clock.advance(10 * time.Second)
	p = r.next() // two polls
	r.run(p.Tasks[0])
	found := false
	for _, task := range r.next().Tasks {
		found = found || task == Task{Kind: Submit, JobID: jobs[2].ID}
	}
	if !found {
		t.Error("the third did not go off when one ended")
	}
}

func TestNoCounterStandsInTheServicesWords(t *testing.T) {
	t.Parallel()
	clean := func(t *testing.T, out Outcome) {
		t.Helper()
		if c := out.Job.ErrorCode; c != "" && c != "c7" {
			t.Errorf("a %s job says %q, which is not the service's", out.Job.State, c)
		}
	}
	t.Run("dead links", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		r.completed()
		r.dl.get = func(context.Context, download.Order) (download.Result, error) {
			return download.Result{}, &download.Error{Kind: download.Expired, Op: "testing", Status: 403}
		}
		for n := 1; n < mostExpired; n++ {
			out := r.only(Download)
			clean(t, out)
			if out.Job.DeadLinks != n || r.job(out.Job.ID).DeadLinks != n {
				t.Fatalf("%d links counted, want %d", out.Job.DeadLinks, n)
			}
			if n > 1 {
				r.due()
			}
		}
		out := r.only(Download)
		clean(t, out)
		r.want(out.Job, job.Failed, job.ReasonExpired)
	})
	for name, c := range map[string]struct {
		most int
		pred func() (client.Prediction, error)
	}{
		"not found": {goneAfter, func() (client.Prediction, error) { return client.Prediction{}, fault(client.KindNotFound) }},
		"no output": {emptyAfter, func() (client.Prediction, error) {
			return client.Prediction{Status: client.StatusCompleted, Word: "completed"}, nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.submitted()
			r.svc.fetch = func(string) (client.Prediction, error) { return c.pred() }
			for n := 1; n < c.most; n++ {
				r.due()
				out := r.only(Poll)
				clean(t, out)
				if out.Job.NotFound+out.Job.NoOutput != n {
					t.Fatalf("%d answers counted, want %d", out.Job.NotFound+out.Job.NoOutput, n)
				}
			}
			r.due()
			out := r.only(Poll)
			clean(t, out)
			r.want(out.Job, job.Failed, out.Job.Reason)
		})
	}
}
