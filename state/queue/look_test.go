package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/state/job"
	"seedreel/state/store"
)

// finder is a service whose records can be searched, and whose clock is known
// to be some time ahead unless blind.
type finder struct {
	*service
	find  func(l find.Lost) (find.Search, error)
	ahead time.Duration
	blind bool
}

func (f *finder) Find(_ context.Context, l find.Lost) (find.Search, error) { return f.find(l) }

func (f *finder) Ahead(time.Time) (time.Duration, bool) { return f.ahead, !f.blind }

func marked(ids ...string) find.Search {
	var s find.Search
	for _, id := range ids {
		s.Found = append(s.Found, find.Found{Prediction: client.Prediction{ID: id, Status: client.StatusRunning}, Marked: true})
	}
	return s
}

func doubt(d find.Doubt) find.Search { return find.Search{Doubt: d} }

func maybe(ids ...string) find.Search {
	var s find.Search
	for _, id := range ids {
		s.Maybe = append(s.Maybe, client.Prediction{ID: id, CreatedAt: noon})
	}
	return s
}

// lose has a job sent whose answer is lost after some time.
func (r *rig) lose(o wish, after time.Duration) *job.Job {
	r.t.Helper()
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		r.clock.advance(after)
		return client.Prediction{}, fault(client.KindUncertain)
	}
	j := r.add(o)[0]
	for range 20 {
		for _, task := range r.next().Tasks {
			if task.Kind == Submit {
				r.run(task)
				return r.job(j.ID)
			}
			r.run(task)
		}
	}
	r.t.Fatal("nothing was submitted")
	return nil
}

// search runs the searches as they fall due, until the job changes or none is
// due any more.
func (r *rig) search(id string) *job.Job {
	r.t.Helper()
	for range 100 {
		for _, task := range r.next().Tasks {
			r.run(task)
		}
		s := r.job(id)
		if s.State != job.Uncertain || s.NextAt.IsZero() {
			return s
		}
		if s.NextAt.After(r.clock.now()) {
			r.clock.set(s.NextAt)
		}
	}
	return r.job(id)
}

func TestALostRequestIsLookedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		got    find.Search
		state  job.State
		reason job.Reason
		looks  int
		asked  int
	}{
		"found":               {marked("lost"), job.Submitted, "", 1, 0},
		"another job's":       {marked("known"), job.Failed, job.ReasonNotSubmitted, 6, 0},
		"found beside others": {marked("known", "lost"), job.Submitted, "", 1, 0},
		"two it could be":     {marked("lost", "other"), job.Uncertain, "", 31, 2},
		"one to ask about":    {maybe("lost"), job.Uncertain, "", 31, 1},
		"another's to ask":    {maybe("known"), job.Failed, job.ReasonNotSubmitted, 6, 0},
		"nothing at all":      {find.Search{}, job.Failed, job.ReasonNotSubmitted, 6, 0},
		"a list that lags":    {doubt(find.DoubtLag), job.Uncertain, "", 31, 0},
		"no tokens":           {doubt(find.DoubtTokens), job.Uncertain, "", 31, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			looks, token := 0, ""
			f := &finder{service: r.svc, ahead: 20 * time.Minute, find: func(l find.Lost) (find.Search, error) {
				looks++
				if _, seeded := l.Values.Int(catalogue.RoleSeed); !seeded || !l.Sent.Equal(noon) || !l.Cut.Equal(noon.Add(7*time.Second)) || l.Model.ID != "v/lite" || !l.OwnSeed {
					t.Errorf("asked for %+v", l)
				}
				if l.Token == "" || l.Token != token || !l.Own(token) || l.Own("abcdefghijkl-1") {
					t.Errorf("asked for the token %q, sent was %q", l.Token, token)
				}
				if l.Ahead == nil || *l.Ahead != 20*time.Minute {
					t.Errorf("the service's clock is %v ahead", l.Ahead)
				}
				return c.got, nil
			}}
			r.provider = func() (client.Provider, error) { return f, nil }
			r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{Status: client.StatusRunning}, nil }
			r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
				return client.Prediction{ID: "known"}, nil
			}
			r.add(r.order())
			r.only(Submit)
			j := r.lose(r.order(), 7*time.Second)
			token = fmt.Sprintf("%s-1", j.ID)
			j = r.search(j.ID)
			r.want(j, c.state, c.reason)
			if looks != c.looks || r.svc.posts() != 2 || len(j.Lookup.Candidates) != c.asked {
				t.Errorf("%d looks, want %d; %d POSTs; to ask about %+v", looks, c.looks, r.svc.posts(), j.Lookup.Candidates)
			}
			if c.state == job.Submitted && j.RemoteID != "lost" {
				t.Errorf("took over %q", j.RemoteID)
			}
			if c.state != job.Uncertain {
				return
			}
			if j.Lookup.Looks != c.looks || j.Lookup.Doubt != c.got.Doubt || j.Since.IsZero() || r.clock.now().Sub(noon) < veryOld {
				t.Errorf("given up after %v as %+v", r.clock.now().Sub(noon), j.Lookup)
			}
		})
	}
}

// One look alone proves nothing: two answers may come from two replicas.
func TestAbsenceIsFoundTwiceInARow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	looks := 0
	f := &finder{service: r.svc, find: func(find.Lost) (find.Search, error) {
		looks++
		if looks%2 == 0 {
			return doubt(find.DoubtLag), nil
		}
		return find.Search{}, nil
	}}
	r.provider = func() (client.Provider, error) { return f, nil }
	j := r.search(r.lose(r.order(), time.Second).ID)
	r.want(j, job.Uncertain, "")
}

// A clock that becomes known with the first search is that of the request if
// the process is the same; a later one cannot know what its clock showed.
func TestTheServicesClockIsLearntInTime(t *testing.T) {
	t.Parallel()
	for name, dies := range map[string]bool{"the same process": false, "another process": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			f := &finder{service: r.svc, ahead: time.Hour, blind: true}
			f.find = func(l find.Lost) (find.Search, error) {
				f.blind = false
				if l.Ahead == nil {
					return doubt(find.DoubtClock), nil
				}
				return find.Search{}, nil
			}
			r.provider = func() (client.Provider, error) { return f, nil }
			j := r.lose(r.order(), time.Second)
			if j.Ahead != nil {
				t.Fatalf("known to be %v ahead", *j.Ahead)
			}
			if dies {
				r.kill()
				r.start()
			}
			j = r.search(j.ID)
			if dies {
				r.want(j, job.Uncertain, "")
				return
			}
			r.want(j, job.Failed, job.ReasonNotSubmitted)
		})
	}
}

// Equal requests without a mark share the records that equal them, in order.
func TestEqualRequestsShareEqualRecords(t *testing.T) {
	t.Parallel()
	at := func(seconds ...int) (s find.Search) {
		for i, n := range seconds {
			s.Found = append(s.Found, find.Found{Prediction: client.Prediction{
				ID: fmt.Sprintf("r%d", i), CreatedAt: noon.Add(time.Duration(n) * time.Second), Status: client.StatusRunning,
			}})
		}
		return s
	}
	for name, c := range map[string]struct {
		// Each request takes ten seconds and begins where the last one ends.
		jobs  int
		got   find.Search
		taken []string
		asked bool
	}{
		"one and its record":         {1, at(5), []string{"r0"}, false},
		"two and theirs":             {2, at(5, 15), []string{"r0", "r1"}, false},
		"both in both windows":       {2, at(8, 9), []string{"r0", "r1"}, false},
		"the second's looks like":    {2, at(9, 19), []string{"r0", "r1"}, false},
		"two and one":                {2, at(9), []string{"r0", ""}, false},
		"only the second's":          {2, at(18), []string{"", "r0"}, false},
		"three and two":              {3, at(5, 25), []string{"r0", "", "r1"}, false},
		"one and two, a colleague's": {1, at(4, 5), []string{""}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			f := &finder{service: r.svc}
			f.find = func(find.Lost) (find.Search, error) { return doubt(find.DoubtLag), nil }
			r.provider = func() (client.Provider, error) { return f, nil }
			o := wish{Model: r.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: "v/seedless"}), Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a fox")}}
			var jobs []*job.Job
			later := func(l find.Lost) (find.Search, error) {
				s := find.Search{Doubt: find.DoubtLag}
				for _, x := range c.got.Found {
					if find.Window(l.Sent, l.Cut, *l.Ahead).Holds(x.CreatedAt) {
						s.Found = append(s.Found, x)
					}
				}
				return s, nil
			}
			for range c.jobs {
				jobs = append(jobs, r.lose(o, 10*time.Second))
			}
			f.find = later
			r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{Status: client.StatusRunning}, nil }
			// The last is searched for first.
			slices.Reverse(jobs)
			for _, j := range jobs {
				if _, err := r.q.LookNow(t.Context(), j.ID); err != nil {
					t.Fatal(err)
				}
			}
			if p := r.next(); len(p.Tasks) != len(jobs) {
				t.Fatalf("due is %+v", p.Tasks)
			}
			for _, j := range jobs {
				r.run(Task{Kind: Look, JobID: j.ID})
			}
			slices.Reverse(jobs)
			for i, j := range jobs {
				j = r.job(j.ID)
				if j.RemoteID != c.taken[i] || (len(j.Lookup.Candidates) > 0) != c.asked {
					t.Errorf("job %d has %q, want %q; to ask about %+v", i, j.RemoteID, c.taken[i], j.Lookup.Candidates)
				}
			}
		})
	}
}

// While an equal request waits for its answer, a record may be that one's.
func TestARecordIsNotTakenWhileAnEqualRequestIsUnderWay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := wish{Model: r.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: "v/seedless"}), Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text("a fox")}}
	f := &finder{service: r.svc, find: func(find.Lost) (find.Search, error) {
		return find.Search{Found: []find.Found{{Prediction: client.Prediction{ID: "theirs", CreatedAt: noon}}}}, nil
	}}
	r.provider = func() (client.Provider, error) { return f, nil }
	first := r.lose(o, time.Second)
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		r.run(Task{Kind: Look, JobID: first.ID})
		r.want(r.job(first.ID), job.Uncertain, "")
		return client.Prediction{ID: "theirs"}, nil
	}
	second := r.add(o)[0]
	for _, task := range r.next().Tasks {
		if task.Kind == Submit {
			r.run(task)
		}
	}
	if got := r.job(second.ID); got.RemoteID != "theirs" {
		t.Errorf("the second is %s with %q", got.State, got.RemoteID)
	}
	r.want(r.search(first.ID), job.Failed, job.ReasonNotSubmitted)
}

func TestAPersonResolvesACandidate(t *testing.T) {
	t.Parallel()
	for name, yes := range map[string]bool{"it is": true, "it is not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			f := &finder{service: r.svc, find: func(find.Lost) (find.Search, error) { return maybe("cand"), nil }}
			r.provider = func() (client.Provider, error) { return f, nil }
			j := r.lose(r.order(), time.Second)
			r.only(Look)
			j = r.job(j.ID)
			c := j.Lookup.Candidate("cand")
			if c == nil || !c.MadeAt.Equal(noon) || c.Price == nil {
				t.Fatalf("to ask about %+v", j.Lookup)
			}
			if _, err := r.q.Resolve(t.Context(), j.ID, "another", true); !errors.Is(err, ErrNoCandidate) {
				t.Errorf("another: %v", err)
			}
			if _, err := r.q.Resolve(t.Context(), j.ID, "cand", yes); err != nil {
				t.Fatal(err)
			}
			if yes {
				if j = r.job(j.ID); j.State != job.Submitted || j.RemoteID != "cand" {
					t.Errorf("the job is %s with %q", j.State, j.RemoteID)
				}
				receipts, _, err := store.ReadReceipts(r.store.ReceiptsPath())
				if err != nil || len(receipts) != 1 || receipts[0].RemoteID != "cand" {
					t.Errorf("receipts %+v, %v", receipts, err)
				}
				return
			}
			r.want(r.search(j.ID), job.Failed, job.ReasonNotSubmitted)
		})
	}
}

// An id that another job has is no answer, and is told.
func TestTwoJobsNeverGetOneID(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
		return client.Prediction{ID: "one"}, nil
	}
	first := r.add(r.order())[0]
	r.only(Submit)
	second := r.add(r.order())[0]
	for _, task := range r.next().Tasks {
		if task.Kind == Submit {
			out := r.run(task)
			if claimed, ok := errors.AsType[*store.ErrClaimed](out.Err); !ok || claimed.By != first.ID || claimed.RemoteID != "one" {
				t.Errorf("the outcome is %v", out.Err)
			}
		}
	}
	j := r.job(second.ID)
	r.want(j, job.Uncertain, "")
	if j.RemoteID != "" || j.ErrorText == "" || r.job(first.ID).RemoteID != "one" {
		t.Errorf("the second is %+v", j)
	}
	// Nor does a start after a crash give it one from the receipts.
	if err := r.store.AddReceipt(t.Context(), job.Record{ID: second.ID, RemoteID: "one", Service: "wavespeed", SubmittedAt: r.clock.now()}); err != nil {
		t.Fatal(err)
	}
	third := r.add(r.order())[0]
	if err := r.store.AddReceipt(t.Context(), job.Record{ID: third.ID, RemoteID: "one", Service: "wavespeed", SubmittedAt: r.clock.now()}); err != nil {
		t.Fatal(err)
	}
	r.dieDuring(third, job.Submitting)
	r.recover()
	if j := r.job(third.ID); j.State != job.Uncertain || j.RemoteID != "" {
		t.Errorf("recovered as %s with %q", j.State, j.RemoteID)
	}
}

// A search that fails proves nothing about the job, and is made up for when
// the service is back.
func TestASearchThatFailsIsNoSearch(t *testing.T) {
	t.Parallel()
	const away = 40 * time.Minute
	for name, there := range map[string]bool{"it comes back": true, "it stays away": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			looks := 0
			f := &finder{service: r.svc, find: func(find.Lost) (find.Search, error) {
				looks++
				if there && looks > 20 {
					return marked("lost"), nil
				}
				return find.Search{}, fault(client.KindRateLimited)
			}}
			r.provider = func() (client.Provider, error) { return f, nil }
			j := r.lose(r.order(), 0)
			began := r.clock.now()
			for range 3000 {
				s := r.job(j.ID)
				if s.State != job.Uncertain || s.NextAt.IsZero() {
					break
				}
				// At its time, or later by however long the program was away.
				r.clock.set(s.NextAt.Add(away))
				for _, task := range r.next().Tasks {
					r.run(task)
				}
			}
			took := r.clock.now().Sub(began)
			if there {
				r.want(r.job(j.ID), job.Submitted, "")
				return
			}
			r.want(r.job(j.ID), job.Uncertain, "")
			if r.job(j.ID).Lookup.Trouble == "" || took < veryOld || took > 2*veryOld {
				t.Errorf("looked for %d times, for %v", looks, took)
			}
		})
	}
}
