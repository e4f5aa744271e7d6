package queue

import (
	"context"
	"math"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/job"
)

// always is how often something happens that does not end.
const always = math.MaxInt

// expires lets the link be expired for the first downloads.
func (r *rig) expires(times int) {
	r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
		if len(r.dl.orders) <= times {
			return download.Result{}, bad(download.Expired)
		}
		return publish(o)
	}
}

func TestEveryTroubleOfADownload(t *testing.T) {
	t.Parallel()
	trouble := func(name string, of func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.completed()
			of(r)
		})
	}
	trouble("expired, then a fresh link", func(r *rig) {
		r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
			if o.URL != "https://fresh.test" {
				return download.Result{}, bad(download.Expired)
			}
			return publish(o)
		}
		r.svc.fetch = func(string) (client.Prediction, error) {
			return client.Prediction{Status: client.StatusCompleted, Outputs: []client.Output{{URL: "https://fresh.test"}}}, nil
		}
		r.want(r.only(Download).Job, job.Completed, "")
		r.want(r.only(Download).Job, job.Saved, "")
	})
	trouble("expired, and the fresh link too", func(r *rig) {
		r.expires(always)
		// A refusal may pass, such as that of a host that does not have the
		// clip yet: a paid clip is not given up after two.
		began := r.clock.now()
		r.want(r.only(Download).Job, job.Completed, "") // a fresh link, at once
		for len(r.dl.orders) < mostExpired-1 {
			r.want(r.only(Download).Job, job.Completed, "")
			r.due()
		}
		r.want(r.only(Download).Job, job.Failed, job.ReasonExpired)
		if took := r.clock.now().Sub(began); took < time.Minute {
			r.t.Errorf("given up after %v", took)
		}
		if len(r.dl.discarded) != 1 {
			r.t.Errorf("%d parts dropped", len(r.dl.discarded))
		}
	})
	trouble("expired once, hours offline, expired again", func(r *rig) {
		r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
			switch n := len(r.dl.orders); {
			case n == 1 || n == 22:
				return download.Result{}, bad(download.Expired)
			case n < 22:
				return download.Result{}, bad(download.Network)
			}
			return publish(o)
		}
		for len(r.dl.orders) < 23 {
			tasks := r.next().Tasks
			if len(tasks) == 0 {
				r.due()
				continue
			}
			if out := r.run(tasks[0]); len(r.dl.orders) < 23 {
				r.want(out.Job, job.Completed, "")
			} else {
				r.want(out.Job, job.Saved, "")
			}
		}
	})
	trouble("expired, and once the service does not know it", func(r *rig) {
		r.expires(2)
		good := r.svc.fetch
		r.svc.fetch = func(id string) (client.Prediction, error) {
			if len(r.dl.orders) == 1 {
				return client.Prediction{}, fault(client.KindNotFound)
			}
			if len(r.dl.orders) == 2 {
				return client.Prediction{Status: client.StatusOther}, nil
			}
			return good(id)
		}
		for range 2 {
			r.want(r.only(Download).Job, job.Completed, "")
			r.due()
		}
		r.want(r.only(Download).Job, job.Saved, "")
	})
	trouble("expired, and deleted there", func(r *rig) {
		r.expires(always)
		r.svc.fetch = func(string) (client.Prediction, error) {
			return client.Prediction{Status: client.StatusDeleted}, nil
		}
		r.want(r.only(Download).Job, job.Failed, job.ReasonExpired)
	})
	trouble("expired three times, then there", func(r *rig) {
		r.expires(3)
		r.want(r.only(Download).Job, job.Completed, "")
		for range 2 {
			r.want(r.only(Download).Job, job.Completed, "")
			r.due()
		}
		r.want(r.only(Download).Job, job.Saved, "")
	})
	trouble("expired while the service is out of reach", func(r *rig) {
		r.expires(always)
		r.svc.fetch = func(string) (client.Prediction, error) { return client.Prediction{}, fault(client.KindNotSent) }
		for range 10 {
			r.want(r.only(Download).Job, job.Completed, "")
			r.due()
		}
	})
	t.Run("no space", func(t *testing.T) {
		t.Parallel()
		r := newRig(t)
		o := r.order()
		o.Count = 2
		jobs := r.add(o)
		for range 2 {
			for _, task := range r.next().Tasks {
				r.run(task)
			}
			r.clock.advance(time.Minute)
		}
		a, b := jobs[0], jobs[1]
		r.dl.get = func(context.Context, download.Order) (download.Result, error) {
			return download.Result{}, bad(download.NoSpace)
		}
		tasks := r.next().Tasks
		r.run(tasks[0])
		r.run(tasks[1])
		p := r.next()
		if len(p.Tasks) > 0 || p.Waiting[job.WaitDisk] != 2 || p.Wake.Sub(r.clock.now()) != diskPause {
			t.Fatalf("with a full disk: %+v", p)
		}
		if r.job(a.ID).Waiting != job.WaitDisk || r.job(b.ID).Waiting != job.WaitDisk {
			t.Error("the jobs do not say so")
		}
		r.dl.get = nil
		r.q.ResumeDownloads()
		for _, task := range r.next().Tasks {
			r.want(r.run(task).Job, job.Saved, "")
		}
	})
	for _, kind := range []download.Kind{download.Network, download.NotVideo, download.Refused, download.Disk, download.Busy, download.TooLarge, download.Unknown} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			j := r.completed()
			asked := len(r.svc.fetched)
			r.dl.get = func(context.Context, download.Order) (download.Result, error) { return download.Result{}, bad(kind) }
			for try := 1; try <= 6; try++ {
				out := r.only(Download)
				r.want(out.Job, job.Completed, "")
				if out.Job.Fails != try || out.Err == nil {
					t.Errorf("try %d: fails %d, trouble %v", try, out.Job.Fails, out.Err)
				}
				r.due()
			}
			if len(r.svc.fetched)-asked != 2 {
				t.Errorf("the link was asked for %d times in 6 tries", len(r.svc.fetched)-asked)
			}
			r.dl.get = nil
			r.only(Download)
			r.want(r.job(j.ID), job.Saved, "")
		})
	}
}
