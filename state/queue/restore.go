package queue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/job"
)

// Restored is an output of a job that is on disk in the wanted place. Fetched
// is set if it was fetched from the service just now.
type Restored struct {
	Path    string
	Bytes   int64
	SHA256  string
	Fetched bool
}

// maxCopies bounds the names tried for a copy.
const maxCopies = 999

// Restore ensures that all outputs of a saved job are whole in the program's
// folder and, unless dir is "", in dir as well. It looks first, so repeating
// it does nothing; a missing file is copied from the other place if that has
// it, and else fetched. No file is overwritten.
func (q *Queue) Restore(ctx context.Context, j *job.Job, dir string, progress func(Progress)) ([]Restored, error) {
	r := restoring{q: q, j: *j, progress: progress}
	r.j.More = slices.Clone(j.More)
	var out []Restored
	for i, o := range r.j.Outputs() {
		lost := i > 0 && o.Lost != "" && o.Path == ""
		if lost && !o.Still {
			continue
		}
		one, err := r.one(ctx, i, dir)
		if err != nil && lost && ctx.Err() == nil {
			continue // it was never here, and the clip is
		}
		if err != nil {
			return out, errors.Join(err, r.keep(ctx, j))
		}
		out = append(out, one)
	}
	return out, r.keep(ctx, j)
}

// restoring is one run of Restore. The job is a copy that changes.
type restoring struct {
	q        *Queue
	j        job.Job
	progress func(Progress)
	asked    bool
	changed  bool
}

func (r *restoring) one(ctx context.Context, i int, dir string) (Restored, error) {
	o := r.j.Outputs()[i]
	home := filepath.Dir(r.j.Output.Path)
	if dir == home {
		dir = ""
	}
	got := Restored{Path: o.Path, Bytes: o.Bytes, SHA256: o.SHA256}
	if !sameClip(o.Path, o) {
		elsewhere, there := "", false
		if dir != "" {
			elsewhere, there = findCopy(dir, o)
		}
		var err error
		if there {
			got.Path, err = copyClip(elsewhere, home, o, r.j.ID, 0o600)
		} else {
			got, err = r.fetch(ctx, i, home)
		}
		if err != nil {
			return got, err
		}
		o.Path, o.Bytes, o.SHA256, o.Lost = got.Path, got.Bytes, got.SHA256, ""
		r.changed = true
	}
	if o.SHA256 == "" || o.Bytes == 0 { // from a version that kept none
		v, err := verify(o.Path, o.Still)
		if err != nil {
			return got, err
		}
		o.Bytes, o.SHA256 = v.Bytes, v.SHA256
		got.Bytes, got.SHA256 = v.Bytes, v.SHA256
		r.changed = true
	}
	if dir == "" {
		return got, nil
	}
	if path, there := findCopy(dir, o); there {
		got.Path = path
		return got, nil
	}
	path, err := copyClip(o.Path, dir, o, r.j.ID, 0o644)
	got.Path = path
	return got, err
}

// fetch gets an output from the service, with a fresh link if the old one has
// expired or is not known.
func (r *restoring) fetch(ctx context.Context, i int, home string) (Restored, error) {
	o := r.j.Outputs()[i]
	get := func() (download.Result, error) {
		return r.q.o.Downloader.Get(ctx, download.Order{
			URL: o.URL, Dir: home, Name: r.q.fileName(ctx, &r.j, i), JobID: partID(r.j.ID, i), Still: o.Still,
			Progress: func(have, total int64) {
				r.progress(Progress{JobID: r.j.ID, Phase: PhaseDownload, Done: have, Total: total})
			},
		})
	}
	res, err := download.Result{}, error(nil)
	if o.URL != "" {
		res, err = get()
	}
	if (o.URL == "" || download.KindOf(err) == download.Expired) && ctx.Err() == nil && !r.asked {
		r.asked = true
		if err := r.ask(ctx); err != nil {
			return Restored{}, err
		}
		o = r.j.Outputs()[i]
		res, err = get()
	}
	if err != nil {
		return Restored{}, err
	}
	o.ETag = res.ETag
	return Restored{Path: res.Path, Bytes: res.Bytes, SHA256: res.SHA256, Fetched: true}, nil
}

// ask takes over the service's current links.
func (r *restoring) ask(ctx context.Context) error {
	p, _, err := r.q.provider(&r.j)
	if err != nil {
		return err
	}
	m, _ := r.q.model(&r.j)
	pred, err := p.Fetch(ctx, m, r.j.RemoteID)
	if err != nil {
		return err
	}
	if len(pred.Outputs) == 0 {
		return &client.Error{Kind: client.KindNotFound, Provider: r.j.Provider, Op: "asking for the link", Err: errors.New("it gives no clip any more")}
	}
	links(&r.j, pred.Outputs[:min(len(pred.Outputs), 1+len(r.j.More))])
	return nil
}

// keep stores what changed, also in the sidecar: one beside a clip that is no
// longer the job's is removed.
func (r *restoring) keep(ctx context.Context, was *job.Job) error {
	if !r.changed {
		return nil
	}
	now, err := r.q.o.Store.Advance(ctx, r.j.ID, []job.State{job.Saved}, func(j *job.Job) {
		j.Output, j.More = r.j.Output, r.j.More
	})
	if err != nil {
		return err
	}
	if err := writeSidecar(now); err != nil {
		return err
	}
	if was.Output.Path == now.Output.Path {
		return nil
	}
	if old, ok := OwnSidecar(was.Output.Path, was.ID); ok {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing an old sidecar: %w", err)
		}
	}
	return nil
}

// sameClip reports whether a file is a whole clip, and the output's as far as
// that is known.
func sameClip(path string, o *job.Output) bool {
	info, err := os.Stat(path)
	if err != nil || o.Bytes > 0 && o.SHA256 != "" && info.Size() != o.Bytes {
		return false
	}
	r, err := verify(path, o.Still)
	return err == nil && (o.SHA256 == "" || r.SHA256 == o.SHA256)
}

// copyName returns the n-th name of a copy.
func copyName(o *job.Output, n int) string {
	base := filepath.Base(o.Path)
	if n == 1 {
		return base
	}
	ext := filepath.Ext(base)
	return strings.TrimSuffix(base, ext) + "-" + strconv.Itoa(n) + ext
}

// findCopy looks for an output under its name, also with a number appended.
func findCopy(dir string, o *job.Output) (string, bool) {
	if o.SHA256 == "" {
		return "", false
	}
	for n := 1; n <= maxCopies; n++ {
		path := filepath.Join(dir, copyName(o, n))
		if _, err := os.Lstat(path); err != nil {
			return "", false
		}
		if sameClip(path, o) {
			return path, true
		}
	}
	return "", false
}

// copyClip copies a file into a folder under a free name, whole or not at all.
func copyClip(from, dir string, o *job.Output, id string, mode os.FileMode) (path string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	src, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer func() { _ = src.Close() }() // read only
	tmp, err := copyTemp(root, src, id, mode)
	if err != nil {
		return "", err
	}
	defer func() {
		if gone := root.Remove(tmp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	for n := 1; n <= maxCopies; n++ {
		name := copyName(o, n)
		err := place(root, tmp, name, "")
		if err == nil {
			return filepath.Join(dir, name), nil
		}
		if !errors.Is(err, errNotOurs) {
			return "", err
		}
	}
	return "", fmt.Errorf("copying the clip: %w", errNotOurs)
}

// copyTemp writes a copy beside its final place.
func copyTemp(root *os.Root, src io.Reader, id string, mode os.FileMode) (string, error) {
	for n := range maxTemps {
		name := "." + id + ".copy" + strconv.Itoa(n+1)
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = io.Copy(f, src)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return "", errors.Join(err, root.Remove(name))
		}
		return name, nil
	}
	return "", errNotOurs
}
