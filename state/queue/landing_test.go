package queue

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"seedreel/state/download"
	"seedreel/state/job"
)

// completed takes one job to its download.
func (r *rig) completed() *job.Job {
	r.t.Helper()
	r.submitted()
	r.due()
	j := r.only(Poll).Job
	r.want(j, job.Completed, "")
	return j
}

func TestThePathIsOnDiskBeforeTheClipTakesIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.completed()
	other := r.second()
	r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
		if err := o.Claim("/clips/x.mp4", "sum"); err != nil {
			return download.Result{}, err
		}
		if on := other.job(j.ID); on.Output.Path != "/clips/x.mp4" || on.State != job.Completed {
			t.Errorf("the disk says %s %q", on.State, on.Output.Path)
		}
		return publish(o)
	}
	r.want(r.only(Download).Job, job.Saved, "")
}

func TestAClipThatLandedBeforeACrashIsNotFetchedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.completed()
	r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
		if _, err := publish(o); err != nil {
			return download.Result{}, err
		}
		return download.Result{}, errors.New("killed here")
	}
	r.run(r.next().Tasks[0])
	r.kill()
	r.start()
	r.dl.get = nil
	if _, err := r.q.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.due()
	out := r.only(Download)
	r.want(out.Job, job.Saved, "")
	if len(r.dl.orders) != 1 || len(r.dl.discarded) != 1 || out.Job.Output.Bytes != int64(len(clipBytes)) {
		t.Errorf("%d downloads, %d parts dropped, %+v", len(r.dl.orders), len(r.dl.discarded), out.Job.Output)
	}
	if _, err := ReadSidecar(r.job(j.ID).Output.Path); err != nil {
		t.Error(err)
	}
}

func TestALongDownloadKeepsItsLease(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.completed()
	other := r.second()
	r.dl.get = func(ctx context.Context, o download.Order) (download.Result, error) {
		for n := range int64(20) {
			r.clock.advance(20 * time.Second)
			o.Progress(n, 20)
			if p := other.next(); len(p.Tasks) > 0 {
				t.Fatalf("another process got %+v after %d reports", p.Tasks, n)
			}
		}
		return publish(o)
	}
	r.want(r.only(Download).Job, job.Saved, "")
}

func TestQuittingADownloadGivesItBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.completed()
	ctx, quit := context.WithCancel(t.Context())
	r.dl.get = func(ctx context.Context, _ download.Order) (download.Result, error) {
		quit()
		return download.Result{}, &download.Error{Kind: download.Stopped, Err: ctx.Err()}
	}
	if _, err := r.q.Run(ctx, r.next().Tasks[0], nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if r.job(j.ID).Fails != 0 {
		t.Error("it counts as a failure")
	}
	r.dl.get = nil
	r.want(r.second().only(Download).Job, job.Saved, "")
}

func TestASidecarThatCannotBeWrittenDoesNotKeepTheClip(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.completed()
	r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
		res, err := publish(o)
		return res, errors.Join(err, os.MkdirAll(SidecarPath(res.Path), 0o700), os.MkdirAll(res.Path+".json", 0o700)) // its names are folders
	}
	out := r.only(Download)
	r.want(out.Job, job.Saved, "")
	if out.Err == nil {
		t.Error("nobody hears of it")
	}
}
