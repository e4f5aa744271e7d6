package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"seedreel/state/job"
	"seedreel/state/store"
)

// Sidecars adds a job for every clip of a folder that has a sidecar and that
// the store does not know: a lost history comes back with prompts, values and
// costs. It returns what was added and how many sidecars could not be used. A
// folder that does not exist has none.
func (q *Queue) Sidecars(ctx context.Context, dir string) (added []*job.Job, bad int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("rebuilding from sidecars: %w", err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		j, err := q.fromSidecar(filepath.Join(dir, e.Name()))
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
		back, err := q.o.Store.Record(ctx, []*job.Job{j}, "")
		if err != nil {
			return added, bad, fmt.Errorf("rebuilding from sidecars: %w", err)
		}
		q.logJob(ctx, "came back from its sidecar", back[0])
		added = append(added, back...)
	}
	return added, bad, nil
}

// known tells whether the store has a job by our id or by the service's.
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

// fromSidecar makes the saved job of a sidecar. The clip is looked for beside
// it, whatever else the file says.
func (q *Queue) fromSidecar(path string) (*job.Job, error) {
	c, err := ReadSidecar(path)
	if err != nil {
		return nil, err
	}
	if c.ID == "" || c.Service == "" || c.Model == "" || c.File == "" || c.File != filepath.Base(c.File) {
		return nil, errors.New("the sidecar is not whole")
	}
	clip := filepath.Join(filepath.Dir(path), c.File)
	if st, err := os.Lstat(clip); err != nil || !st.Mode().IsRegular() {
		return nil, errors.New("the clip of a sidecar is not there")
	}
	j := c.Job()
	j.State, j.Reason, j.Waiting, j.Attempt, j.PostedAt, j.Handed = job.Saved, job.ReasonNone, "", 1, j.SubmittedAt, c.Links
	j.Output.Path = clip
	return j, nil
}
