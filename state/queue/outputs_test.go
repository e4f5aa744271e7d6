package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/job"
)

// several makes the service return n outputs.
func (r *rig) several(n int) {
	r.svc.fetch = func(id string) (client.Prediction, error) {
		p := client.Prediction{ID: id, Status: client.StatusCompleted, Word: "completed"}
		for i := range n {
			p.Outputs = append(p.Outputs, client.Output{URL: fmt.Sprintf("https://cdn.test/%s/%d", id, i)})
		}
		return p, nil
	}
}

func TestAllOutputsAreSaved(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.several(3)
	id := r.completed().ID
	// A process ends between the first and the second.
	r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
		if o.JobID != id {
			return download.Result{}, bad(download.Network)
		}
		return publish(o)
	}
	r.want(r.only(Download).Job, job.Completed, "")
	r.kill()
	r.start()
	r.dl.get = nil
	r.due()
	j := r.only(Download).Job
	r.want(j, job.Saved, "")
	var names, parts []string
	for _, o := range r.dl.orders {
		parts = append(parts, o.JobID)
	}
	for _, p := range j.Paths() {
		names = append(names, filepath.Base(p))
		if _, err := os.Stat(p); err != nil {
			t.Error(err)
		}
	}
	base := download.FileName(noon, "a fox", id)
	if !slices.Equal(names, []string{base + "-1.mp4", base + "-2.mp4", base + "-3.mp4"}) {
		t.Errorf("the files are %q", names)
	}
	if !slices.Equal(parts, []string{id, id + "-2", id + "-2", id + "-3"}) {
		t.Errorf("the first was fetched again: %q", parts)
	}
	card, err := ReadSidecar(j.Output.Path)
	if err != nil || len(card.More) != 2 || card.More[1].File != base+"-3.mp4" || card.More[1].SHA256 != sumOf(clipBytes) {
		t.Errorf("the sidecar is %+v, %v", card, err)
	}
	if on := r.job(id); len(on.More) != 2 || !on.More[0].Here() || on.More[0].URL == "" {
		t.Errorf("the store has %+v", on.More)
	}
}

// A useless further output does not keep the clip waiting.
func TestAnOutputThatIsNoClip(t *testing.T) {
	t.Parallel()
	for _, kind := range []download.Kind{download.NotVideo, download.Expired, download.Damaged, download.TooLarge, download.Refused} {
		r := newRig(t)
		r.several(2)
		id := r.completed().ID
		r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
			if o.JobID != id {
				return download.Result{}, bad(kind)
			}
			return publish(o)
		}
		j := r.tried(id, 10, 3*time.Minute)
		r.want(j, job.Saved, "")
		if len(j.More) != 1 || j.More[0].Lost == "" || len(j.Paths()) != 1 {
			t.Errorf("%s: %+v", kind, j.More)
		}
	}
}

// What comes in the place of a clip is fetched again at growing pauses, with
// the reason, the start and the end given, and ends after a day.
func TestWhatIsNoClipEnds(t *testing.T) {
	t.Parallel()
	for _, kind := range []download.Kind{download.NotVideo, download.Damaged, download.TooLarge, download.Refused} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			id := r.completed().ID
			r.dl.get = func(context.Context, download.Order) (download.Result, error) { return download.Result{}, bad(kind) }
			began := r.clock.now()
			tries := 0
			for ; tries < 200 && r.job(id).State == job.Completed; tries++ {
				r.only(Download)
				j := r.job(id)
				if j.State == job.Completed && (j.ErrorText == "" || !j.Since.Equal(began) || !j.NextAt.After(r.clock.now()) || j.Fails != tries+1) {
					t.Fatalf("try %d: %q since %s, next %s", tries, j.ErrorText, j.Since, j.NextAt)
				}
				if j.State == job.Completed {
					r.due()
				}
			}
			j := r.job(id)
			r.want(j, job.Failed, job.ReasonUnusable)
			if took := r.clock.now().Sub(began); took < 24*time.Hour || took > 25*time.Hour || tries > 100 || tries < 20 {
				t.Errorf("%d tries in %s", tries, took)
			}
			if !j.MaybeBilled() || j.ErrorText == "" || !j.Since.IsZero() || len(r.dl.discarded) == 0 {
				t.Errorf("%+v", j)
			}
		})
	}
}

// The trouble ends with the first successful try.
func TestTroubleIsOver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.completed().ID
	r.dl.get = func(context.Context, download.Order) (download.Result, error) {
		return download.Result{}, bad(download.Disk)
	}
	r.only(Download)
	if j := r.job(id); j.Since.IsZero() || j.ErrorText == "" {
		t.Fatalf("%+v", j)
	}
	r.dl.get = nil
	r.due()
	r.only(Download)
	if j := r.job(id); j.State != job.Saved || !j.Since.IsZero() || j.ErrorText != "" || j.Fails != 0 {
		t.Errorf("%+v", j)
	}
}

// Another job's clip under the claimed name is not taken for ours.
func TestAnotherClipUnderTheClaimedName(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.completed().ID
	r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
		if err := o.Claim(filepath.Join(o.Dir, o.Name+".mp4"), sumOf([]byte("another"))); err != nil {
			return download.Result{}, err
		}
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return download.Result{}, err
		}
		return download.Result{}, errors.Join(os.WriteFile(filepath.Join(o.Dir, o.Name+".mp4"), clipBytes, 0o600), bad(download.Network))
	}
	r.only(Download)
	r.due()
	r.only(Download)
	if len(r.dl.orders) != 2 || r.job(id).State != job.Completed {
		t.Errorf("%d downloads, %s", len(r.dl.orders), r.job(id).State)
	}
}

// Restore looks first, copies what one place has to the other, fetches what
// neither has, and leaves every other file unchanged.
func TestRestore(t *testing.T) {
	t.Parallel()
	home := func(r *rig, j *job.Job) string { return j.Output.Path }
	for name, harm := range map[string]func(r *rig, j *job.Job, dir string) error{
		"nothing":          func(*rig, *job.Job, string) error { return nil },
		"own copy gone":    func(r *rig, j *job.Job, _ string) error { return os.Remove(home(r, j)) },
		"own copy damaged": func(r *rig, j *job.Job, _ string) error { return os.WriteFile(home(r, j), clipBytes[:999], 0o600) },
		"own copy another": func(r *rig, j *job.Job, _ string) error { return os.WriteFile(home(r, j), []byte("junk"), 0o600) },
		"own folder gone":  func(r *rig, j *job.Job, _ string) error { return os.RemoveAll(filepath.Dir(home(r, j))) },
		"the copy gone":    func(_ *rig, _ *job.Job, dir string) error { return os.RemoveAll(dir) },
		"both gone": func(r *rig, j *job.Job, dir string) error {
			return errors.Join(os.Remove(home(r, j)), os.RemoveAll(dir))
		},
		"the copy is damaged": func(_ *rig, j *job.Job, dir string) error {
			return os.WriteFile(filepath.Join(dir, filepath.Base(j.Output.Path)), nil, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.several(2)
			r.completed()
			j := r.only(Download).Job
			dir := filepath.Join(r.dir, "copies")
			restore := func() []Restored {
				got, err := r.q.Restore(t.Context(), r.job(j.ID), dir, func(Progress) {})
				if err != nil || len(got) != 2 {
					t.Fatalf("%+v, %v", got, err)
				}
				for _, g := range got {
					if b, err := os.ReadFile(g.Path); err != nil || sumOf(b) != g.SHA256 || g.SHA256 != sumOf(clipBytes) || filepath.Dir(g.Path) != dir {
						t.Errorf("%+v: %v", g, err)
					}
				}
				return got
			}
			restore()
			if err := harm(r, j, dir); err != nil {
				t.Fatal(err)
			}
			// The fake publishes over what is there, so a fetch gets another name.
			fetches := len(r.dl.orders)
			r.dl.get = func(_ context.Context, o download.Order) (download.Result, error) {
				o.Name += "-new"
				o.Claim = func(string, string) error { return nil }
				return publish(o)
			}
			restore()
			if want := name == "both gone"; (len(r.dl.orders) > fetches) != want {
				t.Errorf("%d downloads", len(r.dl.orders)-fetches)
			}
			now := r.job(j.ID)
			for _, o := range now.Outputs() {
				if !sameClip(o.Path, o) {
					t.Errorf("the program's own is not whole: %+v", o)
				}
			}
			if card, err := ReadSidecar(now.Output.Path); err != nil || card.File != filepath.Base(now.Output.Path) {
				t.Errorf("the sidecar is %+v, %v", card, err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			at := r.clock.now()
			again := restore()
			if after, err := os.ReadDir(dir); err != nil || len(after) != len(entries) || again[0].Fetched || !r.clock.now().Equal(at) {
				t.Errorf("doing it again is not nothing: %d files, then %d", len(entries), len(after))
			}
		})
	}
}

func bad(k download.Kind) error { return &download.Error{Kind: k, Op: "testing", Status: 403} }
