package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/state/job"
	"seedreel/state/store"
)

const (
	// mostTries is how often a request that did not leave is tried.
	mostTries = 5
	// longestTry is the longest pause between two of them.
	longestTry = 30 * time.Second
	// rateWait applies to a "too many requests" without a time to wait.
	rateWait = 30 * time.Second
	// keyWait is when to ask again for a service that cannot be used.
	keyWait = 30 * time.Second
)

// submit hands over media and sends the request, exactly once.
func (s *step) submit(ctx context.Context, j *job.Job) error {
	m, known := s.q.model(j)
	if !known {
		return s.fail(ctx, []job.State{job.Queued}, job.ReasonInvalid, "", "the catalogue has no such model any more")
	}
	p, account, err := s.q.provider(j)
	if err != nil {
		return s.waitForKey(ctx, []job.State{job.Queued}, err)
	}
	var handed map[string]string
	values := m.Typed(j.Values)
	if paths := localFiles(values); len(paths) > 0 {
		_, err := s.advance(ctx, []job.State{job.Queued}, func(j *job.Job) {
			j.State, j.Owner, j.Waiting = job.Uploading, s.q.o.Instance.ID(), ""
		})
		if err != nil {
			return err
		}
		if handed, err = s.handOver(ctx, j, p, account, paths); err != nil {
			return s.notHanded(ctx, j, err)
		}
		s.q.reached(serviceOf(j))
	}
	if ctx.Err() != nil {
		// The user quits; nothing has left yet.
		return errors.Join(s.settle(ctx, []job.State{job.Queued, job.Uploading}, backToQueue), ctx.Err())
	}
	values = fill(values, handed)
	if err := noPaths(values); err != nil {
		s.trouble = err
		return s.fail(ctx, []job.State{job.Queued, job.Uploading}, job.ReasonFile, "", err.Error())
	}
	posted := s.q.o.Now().UTC()
	s.posted = posted
	ahead := aheadOf(p, posted)
	// From here on the store records that the request may have left, and counts
	// it.
	read := j
	j, err = s.post(ctx, posted, func(j *job.Job) {
		j.State, j.Owner, j.PostedAt, j.Waiting = job.Submitting, s.q.o.Instance.ID(), posted, ""
		j.CutAt, j.Ahead = time.Time{}, ahead
		j.Handed, j.Account = keepable(handed), account
		j.Attempt++
	})
	if err != nil {
		return err
	}
	if j.Paused || !sameRequest(read, j) {
		// It was held back or changed after it was read.
		return s.settle(ctx, []job.State{job.Submitting}, backToQueue)
	}
	s.q.logPost(ctx, j)
	post, cancel := outlive(ctx)
	defer cancel()
	pred, err := p.Submit(post, client.Request{Model: m, Values: values, Token: tokenOf(j)})
	if err == nil && pred.ID == "" {
		err = &client.Error{Kind: client.KindUncertain, Provider: j.Provider, Op: "submitting", Message: "the answer has no id"}
	}
	if err != nil {
		return s.notSubmitted(ctx, j, p, err)
	}
	return s.accepted(ctx, j, pred)
}

// sameRequest reports whether two readings of a job ask for the same.
func sameRequest(a, b *job.Job) bool {
	return a.Provider == b.Provider && a.Model == b.Model && maps.EqualFunc(a.Values, b.Values, catalogue.Value.Equal)
}

// post stores that a request is about to leave.
func (s *step) post(ctx context.Context, at time.Time, edit func(*job.Job)) (*job.Job, error) {
	from := []job.State{job.Queued, job.Uploading}
	return s.keep(ctx, func(ctx context.Context) (*job.Job, error) {
		return s.q.o.Store.Post(ctx, s.task.JobID, s.q.o.Instance.ID(), from, at, edit)
	})
}

// tokenOf names the current attempt of j; the AI/ML API repeats it in its log,
// so that a request whose answer was lost is found there.
func tokenOf(j *job.Job) string { return fmt.Sprintf("%s-%d", j.ID, j.Attempt) }

// outlive returns the context of a POST. Quitting must not cancel a request
// that may be paid for, so the end of ctx only shortens the wait.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	post, cancel := context.WithTimeout(context.WithoutCancel(ctx), submitLimit)
	var late *time.Timer
	var mu sync.Mutex
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if post.Err() == nil {
			late = time.AfterFunc(quitLimit, cancel)
		}
	})
	return post, func() {
		stop()
		cancel()
		mu.Lock()
		defer mu.Unlock()
		if late != nil {
			late.Stop()
		}
	}
}

// accepted stores a paid id, twice.
func (s *step) accepted(ctx context.Context, j *job.Job, pred client.Prediction) error {
	s.q.reached(serviceOf(j))
	now := s.q.o.Now().UTC()
	keep := context.WithoutCancel(ctx)
	if by, err := s.q.o.Store.OwnerOf(keep, serviceOf(j), pred.ID); err != nil || by != "" && by != j.ID {
		return s.claimed(ctx, j, cmp.Or(err, error(&store.ErrClaimed{ID: j.ID, RemoteID: pred.ID, By: by})))
	}
	if !j.Practice {
		s.trouble = s.q.o.Store.AddReceipt(keep, job.Record{
			ID: j.ID, RemoteID: pred.ID, Service: j.Provider, Model: j.Model, Estimate: j.Estimate, SubmittedAt: now, Account: j.Account,
		})
	}
	first := s.q.firstPoll(keep, j, now)
	if pred.Status.Ended() {
		first = now
	}
	// Accepted from any lease holder, and from uncertain too: if another
	// process took this one for dead, the answer is here all the same.
	edit := func(j *job.Job) {
		j.State, j.RemoteID, j.Word, j.SubmittedAt, j.NextAt = job.Submitted, pred.ID, pred.Word, now, first
		j.Owner, j.Fails, j.Waiting, j.Lookup = "", 0, "", job.Lookup{}
		j.Reason, j.ErrorCode, j.ErrorText = job.ReasonNone, "", ""
		costs(j, pred)
	}
	return s.q.stored(ctx, func(ctx context.Context) error {
		stored, err := s.q.o.Store.Conclude(ctx, j.ID, s.q.o.Instance.ID(), []job.State{job.Submitting, job.Uncertain}, edit)
		if _, taken := errors.AsType[*store.ErrClaimed](err); taken {
			return s.claimed(ctx, j, err)
		}
		if err != nil {
			return err
		}
		s.job = stored
		s.q.forgetCut(j.ID)
		return nil
	})
}

// claimed handles an id that another job has: it is no answer about this one.
func (s *step) claimed(ctx context.Context, j *job.Job, err error) error {
	if j.State != job.Submitting {
		s.trouble = err
		now := s.q.o.Now().UTC()
		return s.settle(ctx, []job.State{job.Uncertain}, func(j *job.Job) {
			j.ErrorText, j.NextAt = err.Error(), s.q.lookAt(j, now.Add(firstLookPause))
		})
	}
	p, perr := s.q.o.Providers(j.Provider, j.Practice)
	if perr != nil {
		p = nil
	}
	return s.notSubmitted(ctx, j, p, &client.Error{Kind: client.KindUncertain, Provider: j.Provider, Op: "submitting", Message: err.Error(), Err: err})
}

// notSubmitted handles a POST that returned no id.
func (s *step) notSubmitted(ctx context.Context, j *job.Job, p client.Provider, err error) error {
	s.trouble = err
	from := []job.State{job.Submitting}
	kind := client.KindOf(err)
	if kind != client.KindNotSent && kind != client.KindUncertain {
		s.q.reached(serviceOf(j))
	}
	switch kind {
	case client.KindNotSent:
		return s.tryAgain(ctx, j, from, err)
	case client.KindRateLimited:
		return s.rateLimited(ctx, j, from, err)
	case client.KindInvalid, client.KindUnauthorized, client.KindNoFunds, client.KindModeration, client.KindNotFound, client.KindFailed:
		code, text := words(err)
		return s.fail(ctx, from, job.ReasonOf(kind), code, text)
	case client.KindUncertain, client.KindUnavailable, client.KindUnknown:
	}
	// What is not known to be unpaid may be paid.
	_, canLook := p.(find.Finder)
	code, text := words(err)
	if e, ok := errors.AsType[*client.Error](err); ok && e.Message != "" && e.Status/100 == 2 {
		text = job.Answered(text)
	}
	cut := s.q.o.Now()
	ahead := aheadOf(p, cut)
	if ahead == nil {
		s.q.noteCut(j.ID, cut)
	}
	return s.settle(ctx, from, func(j *job.Job) {
		j.State, j.Owner, j.ErrorCode, j.ErrorText = job.Uncertain, "", code, text
		j.NextAt, j.Fails, j.Lookup = time.Time{}, 0, j.Lookup.Again()
		// What passed since is measured by the steady clock where there is one.
		j.CutAt = j.PostedAt.Add(max(cut.Sub(s.posted), 0))
		if ahead != nil {
			j.Ahead = ahead
		}
		if canLook {
			j.NextAt = s.q.o.Now()
		}
	})
}

// notHanded handles an upload that failed. Nothing was bought.
func (s *step) notHanded(ctx context.Context, j *job.Job, err error) error {
	from := []job.State{job.Uploading}
	if ctx.Err() != nil {
		return errors.Join(s.settle(ctx, from, backToQueue), ctx.Err())
	}
	s.trouble = err
	if f, ok := errors.AsType[*fileError](err); ok {
		return s.fail(ctx, from, job.ReasonFile, "", f.Error())
	}
	kind := client.KindOf(err)
	if kind != client.KindNotSent {
		s.q.reached(serviceOf(j))
	}
	switch kind {
	case client.KindRateLimited:
		return s.rateLimited(ctx, j, from, err)
	case client.KindInvalid, client.KindUnauthorized, client.KindNoFunds, client.KindModeration, client.KindFailed:
		code, text := words(err)
		return s.fail(ctx, from, job.ReasonOf(kind), code, text)
	case client.KindNotSent, client.KindUncertain, client.KindUnavailable, client.KindNotFound, client.KindUnknown:
	}
	return s.tryAgain(ctx, j, from, err)
}

// tryAgain requeues a job whose request did not leave, or gives it up after
// too many tries. Tries made while the service is known to be out of reach do
// not count: the network may be away for hours.
func (s *step) tryAgain(ctx context.Context, j *job.Job, from []job.State, err error) error {
	n := j.Fails + 1
	if client.KindOf(err) == client.KindNotSent && s.q.missed(serviceOf(j)) {
		n = j.Fails
	}
	code, text := words(err)
	if client.KindOf(err) == client.KindNotSent && !s.q.everReached(serviceOf(j)) {
		n = min(n, mostTries-1) // each start counted the first tries anew
	}
	if n >= mostTries {
		return s.fail(ctx, from, job.ReasonProvider, code, text)
	}
	at := s.q.o.Now().Add(s.q.jitter(backoff(n, longestTry)))
	return s.settle(ctx, from, func(j *job.Job) {
		backToQueue(j)
		j.Fails, j.NextAt, j.ErrorCode, j.ErrorText = n, at, code, text
	})
}

// rateLimited holds back the whole service and requeues the job.
func (s *step) rateLimited(ctx context.Context, j *job.Job, from []job.State, err error) error {
	until, held := s.hold(ctx, j, err)
	return errors.Join(held, s.settle(ctx, from, func(j *job.Job) {
		backToQueue(j)
		j.NextAt, j.Waiting = until, job.WaitRate
	}))
}

// hold makes all processes wait as the service asked.
func (s *step) hold(ctx context.Context, j *job.Job, err error) (time.Time, error) {
	wait := rateWait
	if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter > 0 {
		wait = e.RetryAfter
	}
	until := s.q.o.Now().Add(wait)
	return until, s.q.o.Store.Hold(context.WithoutCancel(ctx), serviceOf(j), until, job.WaitRate)
}

// waitForKey postpones a step that needs a service or its key, without
// counting it as a failure.
func (s *step) waitForKey(ctx context.Context, from []job.State, err error) error {
	s.trouble = err
	at := s.q.o.Now().Add(keyWait)
	code, text := words(err)
	return s.settle(ctx, from, func(j *job.Job) { j.Waiting, j.NextAt, j.ErrorCode, j.ErrorText = job.WaitKey, at, code, text })
}

// fail ends a job without a clip.
func (s *step) fail(ctx context.Context, from []job.State, why job.Reason, code, text string) error {
	now := s.q.o.Now().UTC()
	if s.job != nil {
		s.forget(ctx, s.job, why)
	}
	return s.settle(ctx, from, func(j *job.Job) { failed(j, now, why, code, text) })
}

func failed(j *job.Job, now time.Time, why job.Reason, code, text string) {
	if _, ok := j.Answer(); ok && why == job.ReasonNotSubmitted {
		code, text = j.ErrorCode, j.ErrorText // the service's own words are better
	}
	j.State, j.Reason, j.ErrorCode, j.ErrorText = job.Failed, why, code, text
	j.EndedAt, j.NextAt, j.Owner, j.Waiting = now, time.Time{}, "", ""
}

// backToQueue undoes an attempt that is known not to have left.
func backToQueue(j *job.Job) { j.Requeue() }

// words returns the service's own words, or ours where it gave none.
func words(err error) (code, text string) {
	if e, ok := errors.AsType[*client.Error](err); ok {
		switch {
		case e.Message != "":
			return e.Code, e.Message
		case e.Kind == client.KindFailed && e.Err == nil && e.Status == 0:
			return e.Code, "it gave no reason" // of a clip that it accepted and did not make
		}
		return e.Code, e.Error()
	}
	return "", err.Error()
}
