package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"seedreel/state/job"
	"seedreel/state/store"
)

// Sidecars adds a job for every clip of a folder that has a sidecar and is
// unknown to the store: a lost history is restored with prompts, values and
// costs. It returns the added jobs and the number of unusable sidecars. A
// folder that does not exist has none.
func (q *Queue) Sidecars(ctx context.Context, dir string) (added []*job.Job, bad int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("rebuilding from sidecars: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, 0, fmt.Errorf("rebuilding from sidecars: %w", err)
	}
	defer func() { _ = root.Close() }() // closing a folder loses nothing
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		j, err := q.fromSidecar(root, dir, e.Name())
		if err != nil {
			bad++
			continue
		}
		known, err := q.known(ctx, j)
		if err != nil {
			return added, bad, fmt.Errorf("rebuilding from sidecars: %w", err)
		}
		if known {
			continue
		}
		// Last, as it reads the whole clip.
		if !present(j) {
			if _, err := os.Lstat(j.Output.Path); err != nil || j.RemoteID == "" {
				bad++
				continue
			}
			q.fetchAgain(j)
		}
		back, err := q.o.Store.Record(ctx, []*job.Job{j}, "")
		if err != nil {
			return added, bad, fmt.Errorf("rebuilding from sidecars: %w", err)
		}
		q.logJob(ctx, "came back from its sidecar", back[0])
		added = append(added, back...)
	}
	return added, bad, nil
}

// known reports whether the store has a job by our id or by the service's.
func (q *Queue) known(ctx context.Context, j *job.Job) (bool, error) {
	_, err := q.o.Store.Job(ctx, j.ID)
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	if j.RemoteID == "" {
		return false, nil
	}
	return q.o.Store.HasRemote(ctx, serviceOf(j), j.RemoteID)
}

// fromSidecar returns the saved job of a sidecar. Files are looked for beside
// it, regardless of the paths it holds.
func (q *Queue) fromSidecar(root *os.Root, dir, name string) (*job.Job, error) {
	c, err := readCard(root, name)
	if err != nil {
		return nil, err
	}
	if c.ID == "" || c.Service == "" || c.Model == "" || !beside(c.File) {
		return nil, errors.New("the sidecar is not whole")
	}
	j := c.Job()
	j.State, j.Reason, j.Waiting, j.Attempt, j.PostedAt, j.Handed = job.Saved, job.ReasonNone, "", 1, j.SubmittedAt, c.Links
	j.Output.Path = filepath.Join(dir, c.File)
	for _, m := range c.More {
		if !beside(m.File) {
			return nil, errors.New("the sidecar is not whole")
		}
		j.More = append(j.More, job.Output{Path: filepath.Join(dir, m.File), Bytes: m.Bytes, SHA256: m.SHA256, Still: m.Still})
	}
	return j, nil
}

// fetchAgain reopens a job whose clip is damaged: it was paid for, and the
// service may still have it.
func (q *Queue) fetchAgain(j *job.Job) {
	j.State, j.NextAt = job.Submitted, q.o.Now().UTC()
	j.EndedAt, j.SavedAt = time.Time{}, time.Time{}
	j.Output, j.More = job.Output{}, nil
}

// beside reports whether a name is that of a file in the same folder.
func beside(name string) bool {
	return name != "" && name != "." && name != ".." && name == filepath.Base(name)
}

// present reports whether a job's clip matches its sidecar in size and digest,
// and is a clip. Of its further outputs, it keeps those that are.
func present(j *job.Job) bool {
	same := func(o *job.Output) bool {
		info, err := os.Lstat(o.Path)
		if err != nil || !info.Mode().IsRegular() || info.Size() != o.Bytes {
			return false
		}
		r, err := verify(o.Path, o.Still)
		return err == nil && r.SHA256 == o.SHA256
	}
	for i := range j.More {
		if !same(&j.More[i]) {
			j.More[i] = job.Output{Lost: "it is not there any more, or another", Still: j.More[i].Still}
		}
	}
	return same(&j.Output)
}
