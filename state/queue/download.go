package queue

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/job"
)

const (
	// freshAfter is the number of failures after which the service is asked
	// for the link again; the old one may lead to a server that is gone.
	freshAfter = 3
	// mostExpired is how many tries in a row may end with an unusable link, a
	// fresh one each time, before a paid clip is given up. With the pauses
	// between them that takes some minutes: a host may answer "not found" for
	// a clip that it does not have yet.
	mostExpired = 8
	// longestFetch is the longest pause between two tries of a download.
	longestFetch = 2 * time.Minute
	// A page or a damaged file in the place of a clip is fetched again, with
	// pauses that grow to this, for that long: a sign-in page of a network may
	// stay for hours.
	longestUnusable = 30 * time.Minute
	mostUnusable    = 24 * time.Hour
	unusableCode    = "no_whole_clip"
)

var downloading = []job.State{job.Completed}

// download fetches the clip and its further outputs, and writes the sidecar.
func (s *step) download(ctx context.Context, j *job.Job) error {
	for i := range j.Outputs() {
		o := j.Outputs()[i]
		if o.Here() || o.Lost != "" {
			continue
		}
		r, ok := s.landed(j, i)
		if !ok {
			var err error
			if r, err = s.get(ctx, j, i); err != nil {
				return s.noClip(ctx, j, i, err)
			}
		}
		if i == len(j.More) {
			return s.saved(ctx, j, i, r)
		}
		got, err := s.advance(ctx, downloading, func(j *job.Job) {
			j.Fails, j.Waiting, j.ErrorCode, j.ErrorText = 0, "", "", ""
			fetched(j.Outputs()[i], r)
		})
		if err != nil {
			return err
		}
		j = got
	}
	return s.saved(ctx, j, -1, download.Result{})
}

// noClip postpones a download that failed, or ends it.
func (s *step) noClip(ctx context.Context, j *job.Job, i int, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.trouble = err
	if j.Outputs()[i].Still {
		return s.noStill(ctx, j, i, err)
	}
	kind := download.KindOf(err)
	longest := longestFetch
	switch kind {
	case download.NoSpace:
		s.q.pauseDownloads()
		return s.settle(ctx, downloading, func(j *job.Job) { j.Waiting, j.NextAt, j.ErrorText = job.WaitDisk, time.Time{}, err.Error() })
	case download.Expired, download.Refused, download.NotVideo, download.TooLarge, download.Damaged:
		switch {
		case i > 0 && j.Fails+1 >= freshAfter:
			return s.without(ctx, i, err)
		case kind == download.Expired:
			return s.expired(ctx, j, err)
		case !j.Since.IsZero() && s.q.o.Now().Sub(j.Since) > mostUnusable:
			s.discard(j)
			return s.fail(ctx, downloading, job.ReasonUnusable, unusableCode, err.Error())
		}
		longest = longestUnusable
	case download.Unknown, download.Network, download.Stopped, download.Disk, download.Busy:
	}
	if (j.Fails+1)%freshAfter == 0 {
		return s.freshLink(ctx, j, nil, longest)
	}
	return s.later(ctx, j, err, longest)
}

// without gives up a further output of a clip: the clip itself does not wait
// for it.
func (s *step) without(ctx context.Context, i int, err error) error {
	now := s.q.o.Now().UTC()
	return s.settle(ctx, downloading, func(j *job.Job) {
		j.Outputs()[i].Lost = err.Error()
		j.Fails, j.ErrorCode, j.ErrorText, j.NextAt = 0, "", "", now
	})
}

// links takes over the current links of a job's outputs.
func links(j *job.Job, outputs []client.Output) {
	for i, o := range outputs {
		if i > len(j.More) {
			j.More = append(j.More, job.Output{})
		}
		to := j.Outputs()[i]
		to.URL, to.Expires, to.Still = o.URL, o.Expires, o.Still
	}
}

// fetched records that an output is on disk.
func fetched(o *job.Output, r download.Result) {
	o.Path, o.Bytes, o.SHA256, o.Lost = r.Path, r.Bytes, r.SHA256, ""
	if r.ETag != "" {
		o.ETag = r.ETag
	}
}

// partID returns the id of an output's part file; the first has the job's own
// id.
func partID(id string, i int) string {
	if i == 0 {
		return id
	}
	return id + "-" + strconv.Itoa(i+1)
}

// fileName returns the file name of a job's output, without an extension, as the
// person wants it.
func (q *Queue) fileName(ctx context.Context, j *job.Job, i int) string {
	if stem := q.o.Stem(ctx, j); stem != "" {
		return numbered(stem, j, i)
	}
	return FileName(j, i, q.o.Zone)
}

// FileName returns the usual file name of a job's output, without an extension.
func FileName(j *job.Job, i int, zone *time.Location) string {
	return numbered(download.FileName(j.CreatedAt.In(zone), j.Prompt, j.ID), j, i)
}

// numbered returns the name of one of a job's outputs: if there are several
// clips, they are numbered from 1.
func numbered(name string, j *job.Job, i int) string {
	switch {
	case j.Outputs()[i].Still:
		name += lastSuffix
	case slices.ContainsFunc(j.More, func(o job.Output) bool { return !o.Still }):
		name += "-" + strconv.Itoa(i+1)
	}
	return name
}

// landed finds an output of a process that died after naming the file and
// before recording that. The name was claimed on disk first, with the expected
// content.
func (s *step) landed(j *job.Job, i int) (download.Result, bool) {
	o := j.Outputs()[i]
	if o.Path == "" {
		return download.Result{}, false
	}
	r, err := verify(o.Path, o.Still)
	// Claims of earlier versions do not record the expected content.
	if err != nil || o.SHA256 != "" && r.SHA256 != o.SHA256 {
		return download.Result{}, false
	}
	// A leftover part would only take room.
	s.trouble = s.q.o.Downloader.Discard(filepath.Dir(o.Path), partID(j.ID, i))
	return r, true
}

// folder returns the folder of a job's clips: the one it began with, whatever
// the settings are now.
func (s *step) folder(j *job.Job) string {
	if j.Output.Path != "" {
		return filepath.Dir(j.Output.Path)
	}
	return s.q.o.Dir(j)
}

// get downloads one output and renews the lease meanwhile.
func (s *step) get(ctx context.Context, j *job.Job, i int) (download.Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if j.Outputs()[i].Still {
		var done context.CancelFunc
		ctx, done = context.WithTimeoutCause(ctx, longestStill, errSlowStill)
		defer done()
	}
	renewed := s.q.o.Now()
	return s.q.o.Downloader.Get(ctx, download.Order{
		URL: j.Outputs()[i].URL, Dir: s.folder(j), Name: s.q.fileName(ctx, j, i), JobID: partID(j.ID, i), Still: j.Outputs()[i].Still,
		Claim: func(path, sum string) error {
			_, err := s.advance(ctx, downloading, func(j *job.Job) {
				o := j.Outputs()[i]
				o.Path, o.SHA256 = path, sum
			})
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

// saved ends a job well, with the last output fetched, i, or with none.
func (s *step) saved(ctx context.Context, j *job.Job, i int, r download.Result) error {
	now := s.q.o.Now().UTC()
	done := func(j *job.Job) {
		j.State, j.SavedAt, j.NextAt, j.Fails, j.Waiting = job.Saved, now, time.Time{}, 0, ""
		j.ErrorCode, j.ErrorText, j.DeadLinks = "", "", 0
		if i >= 0 {
			fetched(j.Outputs()[i], r)
		}
	}
	// The sidecar comes first, so that both files exist once the job is
	// "saved". Without it the clip is as good.
	c := *j
	c.More = slices.Clone(j.More)
	done(&c)
	s.trouble = errors.Join(s.trouble, writeSidecar(&c))
	return s.settle(ctx, downloading, done)
}

// expired requests a fresh link, at once the first time, and gives up when one
// after the other is unusable.
func (s *step) expired(ctx context.Context, j *job.Job, err error) error {
	if j.DeadLinks+1 < mostExpired {
		return s.freshLink(ctx, j, err, longestFetch)
	}
	s.discard(j)
	return s.fail(ctx, downloading, job.ReasonExpired, "", err.Error())
}

// freshLink fetches the job's state and continues with the link it now has.
// expired is the error that made the old link useless, nil when that is only
// suspected.
func (s *step) freshLink(ctx context.Context, j *job.Job, expired error, longest time.Duration) error {
	p, _, err := s.q.provider(j)
	if err != nil {
		return s.waitFor(ctx, downloading, err)
	}
	m, _ := s.q.model(j)
	pred, err := s.fetch(ctx, p, m, j)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	said := "the link is asked for again"
	if s.trouble != nil {
		said = s.trouble.Error()
	}
	switch {
	case err == nil && pred.Status == client.StatusCompleted && len(pred.Outputs) > 0:
		now := s.q.o.Now().UTC()
		return s.settle(ctx, downloading, func(j *job.Job) {
			links(j, pred.Outputs)
			if expired == nil {
				j.Fails++
				j.NextAt, j.ErrorText = now.Add(s.q.jitter(backoff(j.Fails, longest))), said
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
		// The link is dead and the service no longer has the clip.
		s.discard(j)
		return s.fail(ctx, downloading, job.ReasonExpired, "", expired.Error())
	case expired != nil && (err == nil || client.KindOf(err) == client.KindNotFound):
		// A single answer without a link may come from a replica that lags
		// behind.
		at := s.q.o.Now().Add(s.q.jitter(backoff(j.DeadLinks+1, longestFetch)))
		return s.settle(ctx, downloading, func(j *job.Job) {
			dead(j, expired.Error())
			j.NextAt = at
		})
	}
	return s.later(ctx, j, errors.Join(s.trouble, err), longest)
}

// longestWait bounds the pause that a host may ask for: the store treats a
// step due much later as one lost to a changed clock.
const longestWait = 50 * time.Minute

// later retries a download after a pause.
func (s *step) later(ctx context.Context, j *job.Job, err error, longest time.Duration) error {
	s.trouble = err
	wait := s.q.jitter(backoff(j.Fails+1, longest))
	if e, ok := errors.AsType[*download.Error](err); ok && e.RetryAfter > 0 {
		wait = min(e.RetryAfter, longestWait)
	}
	at := s.q.o.Now().Add(wait)
	return s.settle(ctx, downloading, func(j *job.Job) { j.Fails, j.NextAt, j.ErrorText = j.Fails+1, at, err.Error() })
}

// dead records an unusable link. Only these count towards giving up, and not
// the network's failures between them.
func dead(j *job.Job, said string) {
	j.Fails++
	j.DeadLinks++
	j.ErrorCode, j.ErrorText = "", said
}

// discard removes the parts of a clip that can no longer be had.
func (s *step) discard(j *job.Job) {
	for i := range j.Outputs() {
		if err := s.q.o.Downloader.Discard(s.folder(j), partID(j.ID, i)); err != nil && !errors.Is(err, os.ErrNotExist) {
			s.trouble = errors.Join(s.trouble, err)
		}
	}
}
