package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

const (
	// A service that does not know a job so often in a row has lost it; a few
	// times may be a replica that lags behind, as it does right after a submit.
	// The pauses double from goneFirst to goneEvery, which makes ten minutes in
	// all.
	goneAfter = 8
	goneFirst = 5 * time.Second
	goneEvery = 5 * time.Minute
	// mostOdd is how long a service may answer in ways that reveal nothing of a
	// job, with a refusal or an unknown word, before the job is given up: it
	// would fill a place of the account for ever.
	mostOdd = 24 * time.Hour
	// emptyAfter is how many answers in a row name a finished job without a
	// clip before it is given up. The pauses between them grow, as the link may
	// come later than the status.
	emptyAfter = 10
	// After oddSoon answers that reveal nothing, the next is asked for after
	// oddPause: what they mean does not change soon.
	oddSoon  = 20
	oddPause = 10 * time.Minute
)

var polled = []job.State{job.Submitted, job.Running}

// poll polls a job. Only the service's own answer ends a job: trouble on the
// way to it never does.
func (s *step) poll(ctx context.Context, j *job.Job) error {
	p, _, err := s.q.provider(j)
	if err != nil {
		return s.waitFor(ctx, polled, err)
	}
	m, _ := s.q.model(j)
	pred, err := s.fetch(ctx, p, m, j)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return s.pollTrouble(ctx, j, err)
	}
	pred.Charge = chargeOf(m, j, pred)
	now := s.q.o.Now().UTC()
	switch {
	case pred.Status == client.StatusCompleted && len(pred.Outputs) == 0:
		return s.empty(ctx, j, pred)
	case pred.Status == client.StatusOther:
		return s.odd(ctx, j, "", fmt.Sprintf("the service says %q, which is no state that this version knows", pred.Word), func(j *job.Job) {
			j.Word = pred.Word
			costs(j, pred)
		})
	}
	if pred.Status.Ended() && pred.Status != client.StatusCompleted {
		s.forget(ctx, j, endOf(pred))
	}
	known := s.q.runs(ctx, j)
	return s.settle(ctx, polled, func(j *job.Job) {
		heard(j)
		j.Fails, j.Waiting, j.Word, j.ErrorCode, j.ErrorText = 0, "", pred.Word, "", ""
		costs(j, pred)
		switch pred.Status {
		case client.StatusRunning:
			j.State = job.Running
			j.NextAt = s.q.nextPoll(j, known, now)
		case client.StatusQueued, client.StatusOther: // the latter was handled
			j.NextAt = s.q.nextPoll(j, known, now)
		case client.StatusCompleted:
			j.State, j.EndedAt, j.NextAt = job.Completed, now, now
			links(j, pred.Outputs)
		case client.StatusFailed, client.StatusCanceled, client.StatusTimedOut, client.StatusDeleted:
			code, text := "", ""
			if pred.Failure != nil {
				code, text = words(pred.Failure)
			}
			// What was set aside goes with the failure; the bill has the last
			// word.
			j.Hold, j.Charge = nil, nil
			if plausible(pred.Charge) {
				j.Charge = pred.Charge
			}
			failed(j, now, endOf(pred), code, text)
		}
	})
}

// costs takes over the service's word on the price. What it has set aside
// becomes the charge when the clip is made, unless it names another.
func costs(j *job.Job, pred client.Prediction) {
	if plausible(pred.Hold) {
		j.Hold = pred.Hold
	}
	switch {
	case plausible(pred.Charge):
		j.Charge = pred.Charge
	case pred.Status == client.StatusCompleted && j.Charge == nil:
		j.Charge = j.Hold
	}
}

func plausible(m *usd.Micro) bool { return m != nil && m.Plausible() }

// fetch polls within the time limit of one poll, and records whether the
// service was reached.
func (s *step) fetch(ctx context.Context, p client.Provider, m *catalogue.Model, j *job.Job) (client.Prediction, error) {
	ctx, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	pred, err := p.Fetch(ctx, m, j.RemoteID)
	if client.KindOf(err) == client.KindNotSent {
		s.q.missed(serviceOf(j))
		return pred, err
	}
	if err == nil || client.KindOf(err) != client.KindUnknown {
		s.q.reached(serviceOf(j))
	}
	return pred, err
}

// endOf returns the reason for a prediction that ended without a clip.
func endOf(pred client.Prediction) job.Reason {
	switch pred.Status {
	case client.StatusCanceled:
		return job.ReasonCanceled
	case client.StatusTimedOut:
		return job.ReasonTimedOut
	case client.StatusDeleted:
		return job.ReasonGone
	case client.StatusOther, client.StatusQueued, client.StatusRunning, client.StatusCompleted, client.StatusFailed:
	}
	if pred.Failure != nil {
		return job.ReasonOf(pred.Failure.Kind)
	}
	return job.ReasonProvider
}

// pollTrouble postpones the next poll.
func (s *step) pollTrouble(ctx context.Context, j *job.Job, err error) error {
	s.trouble = err
	now := s.q.o.Now().UTC()
	switch client.KindOf(err) {
	case client.KindRateLimited:
		until, held := s.hold(ctx, j, err)
		return errors.Join(held, s.settle(ctx, polled, func(j *job.Job) { j.NextAt = until }))
	case client.KindNotFound:
		return s.notFound(ctx, j, err, now)
	case client.KindUnauthorized:
		// The key is wrong now; the job was paid with one that was right.
		return s.waitForKey(ctx, polled, err)
	case client.KindUnknown, client.KindInvalid, client.KindNoFunds, client.KindModeration, client.KindUnavailable,
		client.KindNotSent, client.KindUncertain, client.KindFailed:
	}
	code, text := words(err)
	if refused(err) {
		return s.odd(ctx, j, code, text, func(*job.Job) {})
	}
	return s.settle(ctx, polled, func(j *job.Job) {
		if j.NotFound+j.NoOutput > 0 {
			heard(j)
			j.Fails = 0
		}
		j.Fails++
		j.ErrorCode, j.ErrorText, j.Waiting = code, text, ""
		j.NextAt = s.q.retryPoll(j, j.Fails, now)
	})
}

// refused reports whether a service answered a poll, and with a refusal: not
// with trouble of its own, or of a gateway in front of it.
func refused(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && e.Status >= 200 && e.Status < 500 && e.Message != "" && (e.Kind == client.KindInvalid || e.Kind == client.KindModeration ||
		e.Kind == client.KindNoFunds || e.Kind == client.KindFailed)
}

// odd handles an answer that reveals nothing of a job: it is polled again at a
// falling pace, and given up after a day of such answers.
func (s *step) odd(ctx context.Context, j *job.Job, code, text string, edit func(*job.Job)) error {
	now := s.q.o.Now().UTC()
	if !j.Since.IsZero() && now.Sub(j.Since) > mostOdd {
		// It may be on the bill, whatever came of it.
		return s.fail(ctx, polled, job.ReasonUnusable, code, text)
	}
	return s.settle(ctx, polled, func(j *job.Job) {
		heard(j)
		j.Fails++
		j.ErrorCode, j.ErrorText, j.Waiting = code, text, ""
		edit(j)
		j.NextAt = s.q.retryPoll(j, j.Fails, now)
		if late := now.Add(s.q.jitter(oddPause)); j.Fails > oddSoon && late.After(j.NextAt) {
			j.NextAt = late
		}
	})
}

// notFound counts answers that the service does not know the job.
func (s *step) notFound(ctx context.Context, j *job.Job, err error, now time.Time) error {
	n := j.NotFound + 1
	code, text := words(err)
	if n >= goneAfter {
		return s.fail(ctx, polled, job.ReasonGone, code, text)
	}
	return s.settle(ctx, polled, func(j *job.Job) {
		j.Fails, j.NotFound, j.NoOutput, j.NextAt = n, n, 0, now.Add(min(goneFirst<<(n-1), goneEvery))
		j.ErrorCode, j.ErrorText, j.Waiting = code, text, ""
	})
}

// heard resets the counts of answers in a row, and their texts.
func heard(j *job.Job) {
	if j.NotFound+j.NoOutput > 0 {
		j.NotFound, j.NoOutput, j.ErrorCode = 0, 0, ""
	}
}

// empty handles a job that is done and has no clip: it is polled again at a
// falling pace, as the link may lag behind the status.
func (s *step) empty(ctx context.Context, j *job.Job, pred client.Prediction) error {
	n := j.NoOutput + 1
	text := fmt.Sprintf("the service says %q and gives no clip", pred.Word)
	if n >= emptyAfter {
		// It may be on the bill, whatever came of it.
		return s.fail(ctx, polled, job.ReasonUnusable, "", text)
	}
	now := s.q.o.Now().UTC()
	return s.settle(ctx, polled, func(j *job.Job) {
		j.Fails, j.NoOutput, j.NotFound, j.NextAt = n, n, 0, s.q.retryPoll(j, n, now)
		j.ErrorCode, j.ErrorText, j.Word, j.Waiting = "", text, pred.Word, ""
		costs(j, pred)
	})
}
