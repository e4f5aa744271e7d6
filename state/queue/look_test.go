package queue

import (
	"context"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// finder is a service whose records can be searched.
type finder struct {
	*service
	find func(r client.Request, posted time.Time) ([]client.Prediction, bool, error)
}

func (f *finder) Find(_ context.Context, r client.Request, posted time.Time) ([]client.Prediction, bool, error) {
	return f.find(r, posted)
}

func TestALostRequestIsLookedFor(t *testing.T) {
	t.Parallel()
	hit := func(ids ...string) []client.Prediction {
		var out []client.Prediction
		for _, id := range ids {
			out = append(out, client.Prediction{ID: id, Status: client.StatusRunning})
		}
		return out
	}
	for name, c := range map[string]struct {
		found    []client.Prediction
		complete bool
		state    job.State
		reason   job.Reason
		looks    int
	}{
		"found":               {hit("lost"), true, job.Submitted, "", 1},
		"another job's":       {hit("known"), true, job.Failed, job.ReasonNotSubmitted, 5},
		"found beside others": {hit("known", "lost"), false, job.Submitted, "", 1},
		"two it could be":     {hit("lost", "other"), true, job.Uncertain, "", 7},
		"nothing at all":      {nil, true, job.Failed, job.ReasonNotSubmitted, 5},
		"nothing so far":      {nil, false, job.Uncertain, "", 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			looks, token := 0, ""
			f := &finder{r.svc, func(q client.Request, posted time.Time) ([]client.Prediction, bool, error) {
				looks++
				if _, seeded := q.Values.Int(catalogue.RoleSeed); !seeded || !posted.Equal(noon) || q.Model.ID != "v/lite" {
					t.Errorf("asked for %+v of %v", q, posted)
				}
				if q.Token == "" || q.Token != token {
					t.Errorf("asked for the token %q, sent was %q", q.Token, token)
				}
				return c.found, c.complete, nil
			}}
			r.provider = func() (client.Provider, error) { return f, nil }
			known := r.order()
			r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
				return client.Prediction{ID: "known"}, nil
			}
			r.add(known)
			r.only(Submit)
			r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{Status: client.StatusRunning}, nil }
			r.svc.submit = func(_ context.Context, q client.Request) (client.Prediction, error) {
				token = q.Token
				return client.Prediction{}, fault(client.KindUncertain)
			}
			j := r.add(r.order())[0]
			r.run(r.next().Tasks[0])
			for range 20 {
				for _, task := range r.next().Tasks {
					r.run(task)
				}
				s := r.job(j.ID)
				if s.State != job.Uncertain || s.NextAt.IsZero() {
					break
				}
				if s.NextAt.After(r.clock.now()) {
					r.clock.set(s.NextAt)
				}
			}
			r.want(r.job(j.ID), c.state, c.reason)
			if looks != c.looks || r.svc.posts() != 2 {
				t.Errorf("%d looks, want %d; %d POSTs", looks, c.looks, r.svc.posts())
			}
			if took := r.clock.now().Sub(noon); c.reason == job.ReasonNotSubmitted && took != provedAfter {
				t.Errorf("proved after %v, want %v", took, provedAfter)
			}
			if c.state == job.Submitted && r.job(j.ID).RemoteID != "lost" {
				t.Errorf("took over %q", r.job(j.ID).RemoteID)
			}
		})
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
			f := &finder{r.svc, func(client.Request, time.Time) ([]client.Prediction, bool, error) {
				looks++
				if there && looks > 20 {
					return []client.Prediction{{ID: "lost", Status: client.StatusRunning}}, false, nil
				}
				return nil, false, fault(client.KindRateLimited)
			}}
			r.provider = func() (client.Provider, error) { return f, nil }
			r.svc.submit = func(context.Context, client.Request) (client.Prediction, error) {
				return client.Prediction{}, fault(client.KindUncertain)
			}
			j := r.add(r.order())[0]
			r.only(Submit)
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
			if took < veryOld || took > 2*veryOld {
				t.Errorf("looked for %d times, for %v", looks, took)
			}
		})
	}
}
