package queue

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/job"
)

// withLast makes the service return a last frame beside its clip, and the
// downloader a picture for it.
func (r *rig) withLast() {
	r.t.Helper()
	r.svc.fetch = func(id string) (client.Prediction, error) {
		return client.Prediction{ID: id, Status: client.StatusCompleted, Word: "completed", Outputs: []client.Output{
			{URL: "https://cdn.test/clip"}, {URL: "https://cdn.test/last", Still: true},
		}}, nil
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 36))); err != nil {
		r.t.Fatal(err)
	}
	r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
		if o.Still {
			return publishAs(o, ".png", b.Bytes())
		}
		return publish(o)
	}
}

// noLast makes every fetch of a last frame fail.
func (r *rig) noLast(err error) {
	get := r.dl.get
	r.dl.get = func(ctx context.Context, o download.Order) (download.Result, error) {
		if o.Still {
			return download.Result{}, err
		}
		return get(ctx, o)
	}
}

func TestALastFrameIsSavedBesideItsClip(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.withLast()
	id := r.completed().ID
	j := r.only(Download).Job
	r.want(j, job.Saved, "")
	base := filepath.Join(r.dir, "clips", download.FileName(noon, "a fox", id))
	paths := j.Paths()
	if len(paths) != 2 || paths[0] != base+".mp4" || paths[1] != base+"-last.png" {
		t.Fatalf("the files are %q", paths)
	}
	card, err := ReadSidecar(j.Output.Path)
	if err != nil || len(card.More) != 1 || !card.More[0].Still || card.More[0].File != filepath.Base(paths[1]) {
		t.Errorf("the sidecar is %+v, %v", card, err)
	}
	if rec := r.job(id).Record(); len(rec.MorePaths) != 1 || rec.MorePaths[0] != paths[1] {
		t.Errorf("the record has %q", rec.MorePaths)
	}
	if o := r.dl.orders; len(o) != 2 || o[0].Still || !o[1].Still || o[1].URL != "https://cdn.test/last" {
		t.Errorf("%d orders: %+v", len(o), o)
	}
}

// Whatever keeps the picture away, the clip is saved within seconds.
func TestALastFrameNeverKeepsTheClip(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"expired": bad(download.Expired), "no space": bad(download.NoSpace), "refused": bad(download.Refused),
		"network": &download.Error{Kind: download.Network, RetryAfter: time.Hour}, "stopped": bad(download.Stopped),
		"disk": bad(download.Disk), "damaged": bad(download.Damaged), "any": errors.New("any"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.withLast()
			r.noLast(err)
			id, began := r.completed().ID, r.clock.now()
			j := r.tried(id, freshAfter+1, 3*time.Second)
			r.want(j, job.Saved, "")
			if took := r.clock.now().Sub(began); took > 10*time.Second || j.Waiting != "" || j.ErrorText != "" {
				t.Errorf("after %s: %+v", took, j)
			}
			if len(j.More) != 1 || j.More[0].Lost == "" || !j.More[0].Still || len(j.Paths()) != 1 {
				t.Errorf("%+v", j.More)
			}
		})
	}
}

func TestASlowLastFrameIsGivenUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.withLast()
	get := r.dl.get
	r.dl.get = func(ctx context.Context, o download.Order) (download.Result, error) {
		if _, ends := ctx.Deadline(); ends != o.Still {
			t.Errorf("a picture: %v, it has an end: %v", o.Still, ends)
		}
		return get(ctx, o)
	}
	r.completed()
	r.want(r.only(Download).Job, job.Saved, "")
}

// A last frame that is gone, or was never had, comes back with Restore. One
// that cannot be had is no reason to fail where the clip is there.
func TestRestoreFetchesALastFrame(t *testing.T) {
	t.Parallel()
	for _, had := range []bool{true, false} {
		r := newRig(t)
		r.withLast()
		get := r.dl.get
		if !had {
			r.noLast(bad(download.Expired))
		}
		id := r.completed().ID
		r.want(r.tried(id, freshAfter+1, 3*time.Second), job.Saved, "")
		if !had {
			out, err := r.q.Restore(t.Context(), r.job(id), "", func(Progress) {})
			if err != nil || len(out) != 1 {
				t.Fatalf("%+v, %v", out, err)
			}
		} else if err := os.Remove(r.job(id).More[0].Path); err != nil {
			t.Fatal(err)
		}
		// Restore claims nothing.
		r.dl.get = func(ctx context.Context, o download.Order) (download.Result, error) {
			o.Claim = func(string, string) error { return nil }
			return get(ctx, o)
		}
		out, err := r.q.Restore(t.Context(), r.job(id), "", func(Progress) {})
		if err != nil || len(out) != 2 || !out[1].Fetched || filepath.Ext(out[1].Path) != ".png" {
			t.Fatalf("%+v, %v", out, err)
		}
		j := r.job(id)
		if len(j.Paths()) != 2 || j.More[0].Lost != "" || !sameClip(j.More[0].Path, &j.More[0]) {
			t.Errorf("%+v", j.More)
		}
		card, err := ReadSidecar(j.Output.Path)
		if err != nil || len(card.More) != 1 || !card.More[0].Still {
			t.Errorf("the sidecar is %+v, %v", card, err)
		}
	}
}

// A history built from sidecars knows the picture as one.
func TestALastFrameComesBackFromItsSidecar(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.withLast()
	r.completed()
	r.want(r.only(Download).Job, job.Saved, "")
	other := newRig(t)
	added, bad, err := other.q.Sidecars(t.Context(), filepath.Join(r.dir, "clips"))
	if err != nil || bad != 0 || len(added) != 1 {
		t.Fatalf("%+v, %d, %v", added, bad, err)
	}
	if m := added[0].More; len(m) != 1 || !m[0].Still || m[0].Lost != "" || !m[0].Here() {
		t.Errorf("%+v", m)
	}
}
