package queue

import (
	"context"
	"errors"
	"time"

	"seedreel/state/download"
	"seedreel/state/job"
)

const (
	// lastSuffix ends the name of a clip's last frame.
	lastSuffix = "-last"
	// longestStill bounds the time for a picture: the clip beside it is on disk
	// and waits for it to be saved.
	longestStill = time.Minute
)

var errSlowStill = errors.New("the picture took too long")

// noStill tries a picture that goes with a clip again, and gives it up soon
// whatever the trouble is: the clip does not wait for it, nor for the pause its
// host asks for.
func (s *step) noStill(ctx context.Context, j *job.Job, i int, err error) error {
	if j.Fails+1 >= freshAfter {
		return s.without(ctx, i, err)
	}
	at := s.q.o.Now().Add(s.q.jitter(backoff(j.Fails+1, longestFetch)))
	return s.settle(ctx, downloading, func(j *job.Job) { j.Fails, j.NextAt, j.ErrorText = j.Fails+1, at, err.Error() })
}

// verify checks an output on disk by its kind.
func verify(path string, still bool) (download.Result, error) {
	if still {
		return download.VerifyStill(path)
	}
	return download.Verify(path)
}
