package queue

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/job"
)

const (
	// freshAfter is after how many failures the service is asked for the link
	// again; the old one may lead to a server that is gone.
	freshAfter = 3
	// mostExpired is how many tries in a row may end with a link that is no
	// good, a fresh one each time, before a paid clip is given up. With the
	// pauses between them that is some minutes: a host may say "not found" of a
	// clip that it has not got yet.
	mostExpired = 8
	// longestFetch is the longest pause between two tries of a download.
	longestFetch = 2 * time.Minute
)

var downloading = []job.State{job.Completed}

// download fetches the clip and writes the sidecar.
func (s *step) download(ctx context.Context, j *job.Job) error {
	if r, ok := s.landed(j); ok {
		return s.saved(ctx, j, r)
	}
	r, err := s.get(ctx, j)
	if err == nil {
		return s.saved(ctx, j, r)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.trouble = err
	switch download.KindOf(err) {
	case download.Expired:
		return s.expired(ctx, j, err)
	case download.NoSpace:
		s.q.pauseDownloads()
		return s.settle(ctx, downloading, func(j *job.Job) { j.Waiting, j.NextAt = job.WaitDisk, time.Time{} })
	case download.Unknown, download.Refused, download.NotVideo, download.Network, download.Stopped, download.TooLarge,
		download.Disk, download.Busy:
	}
	if (j.Fails+1)%freshAfter == 0 {
		return s.freshLink(ctx, j, nil)
	}
	return s.later(ctx, j, err)
}

// landed finds the clip of a process that died after giving it its name and
// before writing that down. The name was claimed on disk first.
func (s *step) landed(j *job.Job) (download.Result, bool) {
	if j.Output.Path == "" {
		return download.Result{}, false
	}
	r, err := download.Verify(j.Output.Path)
	if err != nil {
		return download.Result{}, false
	}
	// A part that is left would only take room.
	s.trouble = s.q.o.Downloader.Discard(filepath.Dir(j.Output.Path), j.ID)
	return r, true
}

// get runs the download and keeps the lease meanwhile.
func (s *step) get(ctx context.Context, j *job.Job) (download.Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	dir := s.q.o.Dir(j)
	if j.Output.Path != "" {
		// Where it began, it goes on, whatever the settings say now.
		dir = filepath.Dir(j.Output.Path)
	}
	renewed := s.q.o.Now()
	return s.q.o.Downloader.Get(ctx, download.Order{
		URL: j.Output.URL, Dir: dir, Name: download.FileName(j.CreatedAt.In(s.q.o.Zone), j.Prompt, j.ID), JobID: j.ID,
		Claim: func(path string) error {
			_, err := s.advance(ctx, downloading, func(j *job.Job) { j.Output.Path = path })
			return err
		},
		Progress: func(have, total int64) {
			s.progress(Progress{JobID: j.ID, Phase: PhaseDownload, Done: have, Total: total})
			if now := s.q.o.Now(); now.Sub(renewed) > leaseTTL/4 {
				renewed = now
				ok, err := s.q.o.Store.Renew(ctx, j.ID, s.q.o.Instance.ID(), now.Add(leaseTTL))
				if err == nil && !ok {
					cancel(errors.New("another process has the job"))
				}
			}
		},
	})
}

// saved ends a job well.
func (s *step) saved(ctx context.Context, j *job.Job, r download.Result) error {
	now := s.q.o.Now().UTC()
	done := func(j *job.Job) {
		j.State, j.SavedAt, j.NextAt, j.Fails, j.Waiting = job.Saved, now, time.Time{}, 0, ""
		j.ErrorCode, j.ErrorText, j.DeadLinks = "", "", 0
		j.Output.Path, j.Output.Bytes, j.Output.SHA256 = r.Path, r.Bytes, r.SHA256
		if r.ETag != "" {
			j.Output.ETag = r.ETag
		}
	}
	// The sidecar comes first: whoever sees "saved" finds both files. Without
	// it the clip is as good.
	c := *j
	done(&c)
	s.trouble = errors.Join(s.trouble, writeSidecar(&c))
	return s.settle(ctx, downloading, done)
}

// expired asks for a fresh link, at once the first time, and gives up when one
// after the other is no good.
func (s *step) expired(ctx context.Context, j *job.Job, err error) error {
	if j.DeadLinks+1 < mostExpired {
		return s.freshLink(ctx, j, err)
	}
	s.discard(j)
	return s.fail(ctx, downloading, job.ReasonExpired, "", err.Error())
}

// freshLink asks the service how the job stands and goes on with the link that
// it gives now. expired is the error that made the old one useless, nil when
// it is only suspected.
func (s *step) freshLink(ctx context.Context, j *job.Job, expired error) error {
	p, err := s.q.o.Providers(j.Provider, j.Practice)
	if err != nil {
		return s.waitForKey(ctx, downloading, err)
	}
	m, _ := s.q.model(j)
	pred, err := s.fetch(ctx, p, m, j)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch {
	case err == nil && pred.Status == client.StatusCompleted && len(pred.Outputs) > 0:
		now := s.q.o.Now().UTC()
		return s.settle(ctx, downloading, func(j *job.Job) {
			j.Output.URL, j.Output.Expires = pred.Outputs[0].URL, pred.Outputs[0].Expires
			if expired == nil {
				j.Fails++
				j.NextAt = now.Add(s.q.jitter(backoff(j.Fails, longestFetch)))
				return
			}
			dead(j, expired.Error())
			// The first fresh link is tried at once.
			j.NextAt = now
			if j.DeadLinks > 1 {
				j.NextAt = now.Add(s.q.jitter(backoff(j.DeadLinks, longestFetch)))
			}
		})
	case expired != nil && err == nil && pred.Status.Ended() && pred.Status != client.StatusCompleted:
		// The link is dead and the service takes the clip back.
		s.discard(j)
		return s.fail(ctx, downloading, job.ReasonExpired, "", expired.Error())
	case expired != nil && (err == nil || client.KindOf(err) == client.KindNotFound):
		// One answer without a link may come from a copy that lags behind.
		at := s.q.o.Now().Add(s.q.jitter(backoff(j.DeadLinks+1, longestFetch)))
		return s.settle(ctx, downloading, func(j *job.Job) {
			dead(j, expired.Error())
			j.NextAt = at
		})
	}
	return s.later(ctx, j, errors.Join(s.trouble, err))
}

// longestWait bounds what a host may ask to wait: the store takes a step due
// much later for one that a changed clock has lost.
const longestWait = 50 * time.Minute

// later tries a download again after a pause.
func (s *step) later(ctx context.Context, j *job.Job, err error) error {
	s.trouble = err
	wait := s.q.jitter(backoff(j.Fails+1, longestFetch))
	if e, ok := errors.AsType[*download.Error](err); ok && e.RetryAfter > 0 {
		wait = min(e.RetryAfter, longestWait)
	}
	at := s.q.o.Now().Add(wait)
	return s.settle(ctx, downloading, func(j *job.Job) { j.Fails, j.NextAt = j.Fails+1, at })
}

// dead notes a link that was no good. Only these count towards giving up, and
// not the network's failures between them.
func dead(j *job.Job, said string) {
	j.Fails++
	j.DeadLinks++
	j.ErrorCode, j.ErrorText = "", said
}

// discard removes the part of a clip that will never come.
func (s *step) discard(j *job.Job) {
	dir := s.q.o.Dir(j)
	if j.Output.Path != "" {
		dir = filepath.Dir(j.Output.Path)
	}
	if err := s.q.o.Downloader.Discard(dir, j.ID); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.trouble = errors.Join(s.trouble, err)
	}
}
