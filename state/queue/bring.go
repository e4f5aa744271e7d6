package queue

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"seedreel/state/job"
)

// ErrOtherClip is returned for a clip that is not the one that its job
// describes.
var ErrOtherClip = errors.New("the clip is not the one that its record describes")

// Bring adds a job that was saved elsewhere, with a copy of its clip in a
// folder. The clip's name is kept if it is free. A job that is known is left
// as it is, and added is false.
func (q *Queue) Bring(ctx context.Context, r *job.Record, clip, dir string) (j *job.Job, added bool, err error) {
	j = r.Job()
	if have, err := q.o.Store.Job(ctx, j.ID); err == nil {
		return have, false, nil
	}
	known, err := q.known(ctx, j)
	if err != nil || known {
		return j, false, err
	}
	v, err := verify(clip, false)
	if err != nil {
		return nil, false, fmt.Errorf("reading %s: %w", filepath.Base(clip), err)
	}
	if r.SHA256 != "" && v.SHA256 != r.SHA256 {
		return nil, false, fmt.Errorf("%s: %w", filepath.Base(clip), ErrOtherClip)
	}
	j.State, j.Reason, j.Waiting, j.Attempt, j.PostedAt = job.Saved, job.ReasonNone, "", 1, j.SubmittedAt
	j.Output = job.Output{Path: clip, Bytes: v.Bytes, SHA256: v.SHA256}
	j.More = nil
	if j.Output.Path, err = copyClip(clip, dir, &j.Output, j.ID, 0o600); err != nil {
		return nil, false, err
	}
	back, err := q.o.Store.Record(ctx, []*job.Job{j}, "")
	if err != nil {
		return nil, false, fmt.Errorf("adding job %s: %w", j.ID, err)
	}
	q.logJob(ctx, "came from an export", back[0])
	return back[0], true, writeSidecar(back[0])
}
