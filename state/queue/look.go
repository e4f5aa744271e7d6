package queue

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/state/job"
	"seedreel/state/random"
	"seedreel/state/store"
)

const (
	// firstLookPause is the first pause between two searches.
	firstLookPause = 10 * time.Second
	// hourly is the pause between searches once the first have found nothing,
	// until the request is veryOld.
	hourly = time.Hour
	// provedAfter is the age from which a search can prove that nothing was
	// made.
	provedAfter = 3 * time.Minute
	// confirmAfter is the pause before a proof is repeated: two answers may
	// come from two replicas of a service, one of which lags.
	confirmAfter = 30 * time.Second
	// inFlightPause is the pause while an equal request waits for its answer.
	inFlightPause = 10 * time.Second
)

// lookPause returns the pause after the n-th search that found nothing, for a
// request of some age; more is false if the searching ends.
func lookPause(n int, age time.Duration) (pause time.Duration, more bool) {
	pauses := [...]time.Duration{firstLookPause, 30 * time.Second, time.Minute, 3 * time.Minute, 10 * time.Minute, 30 * time.Minute}
	if age >= veryOld {
		return 0, false
	}
	if n < len(pauses) {
		return pauses[n], true
	}
	return hourly, true
}

// aheadOf returns how far the clock of a service is ahead of ours at a time,
// nil if that is not known.
func aheadOf(p client.Provider, at time.Time) *time.Duration {
	c, ok := p.(find.Clock)
	if !ok {
		return nil
	}
	ahead, known := c.Ahead(at)
	if !known {
		return nil
	}
	return &ahead
}

// noteCut keeps when a request was given up, until the service's clock is
// known.
func (q *Queue) noteCut(id string, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.cuts[id] = at
}

func (q *Queue) forgetCut(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.cuts, id)
}

// learntAhead returns how far the service's clock was ahead when a request of
// this process was given up, nil if that is still not known. A later process
// cannot know it: this machine's clock may have been set in between.
func (q *Queue) learntAhead(j *job.Job, p client.Provider) *time.Duration {
	if j.Ahead != nil {
		return j.Ahead
	}
	q.mu.Lock()
	at, ok := q.cuts[j.ID]
	q.mu.Unlock()
	if !ok {
		return nil
	}
	return aheadOf(p, at)
}

// look searches the service for a request whose answer was lost. It takes over
// what it finds; it never sends a request that buys something.
func (s *step) look(ctx context.Context, j *job.Job) error {
	from := []job.State{job.Uncertain}
	p, _, err := s.q.provider(j)
	if err != nil {
		return s.waitFor(ctx, from, err)
	}
	f, ok := p.(find.Finder)
	if !ok {
		return s.settle(ctx, from, func(j *job.Job) { j.NextAt = time.Time{} })
	}
	m, known := s.q.model(j)
	values := j.Values
	if known {
		values = m.Typed(values)
	}
	limited, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	got, err := f.Find(limited, find.Lost{
		Request: client.Request{Model: m, Values: fill(values, j.Handed), Token: tokenOf(j)},
		Sent:    j.PostedAt, Cut: cutOf(j), Ahead: j.Ahead, OwnSeed: j.Lookup.OwnSeed, Own: func(token string) bool { return s.ownToken(ctx, token) },
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = s.unowned(ctx, j, &got)
	}
	if err != nil {
		return s.lookTrouble(ctx, j, err)
	}
	open, err := s.q.o.Store.OpenJobs(ctx)
	if err != nil {
		return err
	}
	found, inFlight, rest := share(j, got.Found, open)
	if found != nil {
		return s.accepted(ctx, j, *found)
	}
	got.Maybe = append(got.Maybe, rest...)
	return s.looked(ctx, j, &got, inFlight, s.q.learntAhead(j, p))
}

// cutOf returns when the answer to a job's request was given up. A job of an
// older version has no such time.
func cutOf(j *job.Job) time.Time {
	if j.CutAt.IsZero() {
		return j.PostedAt.Add(submitLimit)
	}
	return j.CutAt
}

// ownToken reports whether a token names a job of ours.
func (s *step) ownToken(ctx context.Context, token string) bool {
	id, _, ok := strings.Cut(token, "-")
	if !ok || len(id) != random.IDLetters {
		return false
	}
	_, err := s.q.o.Store.Job(ctx, id)
	return err == nil
}

// unowned removes records that belong to other jobs, or that a person ruled
// out.
func (s *step) unowned(ctx context.Context, j *job.Job, got *find.Search) error {
	var failed error
	not := func(id string) bool {
		by, err := s.q.o.Store.OwnerOf(ctx, serviceOf(j), id)
		failed = errors.Join(failed, err)
		return id == "" || by != "" || j.Lookup.RuledOut(id)
	}
	got.Found = slices.DeleteFunc(slices.Clone(got.Found), func(f find.Found) bool { return not(f.ID) })
	got.Maybe = slices.DeleteFunc(slices.Clone(got.Maybe), func(p client.Prediction) bool { return not(p.ID) })
	return failed
}

// share returns the record that falls to a job. Equal jobs have the same right
// to records that equal them: each record, the oldest first, goes to the job
// whose window ends first of those that can have it. inFlight is set while an
// equal request waits for its answer, which may name one of the records; and
// rest are records that are too many to tell which are whose.
func share(j *job.Job, found []find.Found, open []*job.Job) (mine *client.Prediction, inFlight bool, rest []client.Prediction) {
	if len(found) == 0 {
		return nil, false, nil
	}
	equals := []*job.Job{j}
	for _, o := range open {
		if o.ID == j.ID || !equal(o, j) {
			continue
		}
		switch o.State {
		case job.Uncertain:
			equals = append(equals, o)
		case job.Submitting:
			return nil, true, nil
		case job.Queued, job.Uploading, job.Submitted, job.Running, job.Completed, job.Saved, job.Failed:
		}
	}
	slices.SortFunc(equals, func(a, b *job.Job) int {
		return cmp.Or(cutOf(a).Compare(cutOf(b)), cmp.Compare(a.Seq, b.Seq))
	})
	slices.SortFunc(found, func(a, b find.Found) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	taken := map[string]bool{}
	for i := range found {
		at := slices.IndexFunc(equals, func(o *job.Job) bool { return !taken[o.ID] && mayHave(o, &found[i], j.Ahead) })
		if at < 0 {
			rest = append(rest, found[i].Prediction)
			continue
		}
		taken[equals[at].ID] = true
		if equals[at].ID == j.ID {
			mine = &found[i].Prediction
		}
	}
	if len(rest) > 0 {
		// Some of them are another client's.
		rest = nil
		for i := range found {
			rest = append(rest, found[i].Prediction)
		}
		return nil, false, rest
	}
	return mine, false, nil
}

// mayHave reports whether a record may be a job's.
func mayHave(j *job.Job, f *find.Found, ahead *time.Duration) bool {
	if j.Lookup.RuledOut(f.ID) {
		return false
	}
	if f.Marked {
		return true
	}
	if j.Ahead != nil {
		ahead = j.Ahead
	}
	return ahead != nil && find.Window(j.PostedAt, cutOf(j), *ahead).Holds(f.CreatedAt)
}

// equal reports whether two jobs ask a service for the same.
func equal(a, b *job.Job) bool {
	return a.Provider == b.Provider && a.Practice == b.Practice && a.Model == b.Model &&
		maps.EqualFunc(a.Values, b.Values, func(x, y catalogue.Value) bool { return x.Equal(y) })
}

// looked stores the result of a search that found nothing to take over.
func (s *step) looked(ctx context.Context, j *job.Job, got *find.Search, inFlight bool, ahead *time.Duration) error {
	now := s.q.o.Now().UTC()
	age := now.Sub(j.PostedAt)
	absent := !inFlight && len(got.Maybe) == 0 && got.Doubt == "" && age >= provedAfter
	if absent && j.Lookup.Absent {
		s.q.forgetCut(j.ID)
		return s.fail(ctx, []job.State{job.Uncertain}, job.ReasonNotSubmitted, "", "the service lists later requests and not this one")
	}
	return s.settle(ctx, []job.State{job.Uncertain}, func(j *job.Job) {
		l := &j.Lookup
		l.At, l.Looks, l.Doubt, l.Absent, l.Trouble = now, l.Looks+1, got.Doubt, absent, ""
		l.Candidates = nil
		for i := range got.Maybe {
			l.Candidates = append(l.Candidates, candidate(j, &got.Maybe[i]))
		}
		j.Waiting, j.Ahead, j.NextAt = "", ahead, time.Time{}
		var pause time.Duration
		more := true
		switch {
		case inFlight:
			pause = inFlightPause
		case absent:
			pause = confirmAfter
		default:
			pause, more = lookPause(j.Fails, age)
			j.Fails++
		}
		if more {
			j.NextAt = now.Add(pause)
			if proved := j.PostedAt.Add(provedAfter); now.Before(proved) && proved.Before(j.NextAt) {
				j.NextAt = proved // the first search that can prove something
			}
		}
	})
}

func candidate(j *job.Job, p *client.Prediction) job.Candidate {
	c := job.Candidate{RemoteID: p.ID, MadeAt: p.CreatedAt, Price: p.Charge}
	if c.Price == nil {
		c.Price = j.Estimate
	}
	return c
}

// lookTrouble postpones a failed search. It is not one of those that prove
// something.
func (s *step) lookTrouble(ctx context.Context, j *job.Job, err error) error {
	s.trouble = err
	now := s.q.o.Now().UTC()
	if client.KindOf(err) == client.KindNotSent {
		s.q.missed(serviceOf(j))
	}
	wait := longestRetry
	if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter > 0 {
		wait = min(e.RetryAfter, longestWait)
	}
	next := now.Add(s.q.jitter(wait))
	if now.Sub(j.PostedAt) > veryOld {
		next = time.Time{} // the user decides
	}
	_, text := words(err)
	return s.settle(ctx, []job.State{job.Uncertain}, func(j *job.Job) {
		j.NextAt, j.Waiting, j.Lookup.Trouble, j.Lookup.Absent = next, "", text, false
	})
}

// ErrNoCandidate is returned by Resolve for a record that the job was not asked
// about.
var ErrNoCandidate = errors.New("no such record was found for this job")

// Resolve carries out a person's word on a candidate: with yes the job takes
// it over, else it is ruled out, and the search goes on.
func (q *Queue) Resolve(ctx context.Context, id, remoteID string, yes bool) (*job.Job, error) {
	j, err := q.o.Store.Job(ctx, id)
	if err != nil {
		return nil, err
	}
	if j.State != job.Uncertain {
		return nil, &store.ErrStale{ID: id, Have: j.State, Want: []job.State{job.Uncertain}}
	}
	c := j.Lookup.Candidate(remoteID)
	if c == nil {
		return nil, ErrNoCandidate
	}
	now := q.o.Now().UTC()
	if !yes {
		return q.decide(ctx, "ruling out a record", id, job.Uncertain, func(j *job.Job) {
			j.Lookup.RuleOut(remoteID)
			j.NextAt, j.Fails = q.lookAt(j, now), 0
		})
	}
	j, err = q.decide(ctx, "taking over a record", id, job.Uncertain, func(j *job.Job) {
		j.State, j.RemoteID, j.SubmittedAt, j.NextAt = job.Submitted, remoteID, now, now
		j.Owner, j.Fails, j.Waiting, j.Lookup = "", 0, "", j.Lookup.Again()
		j.Reason, j.ErrorCode, j.ErrorText = job.ReasonNone, "", ""
	})
	if err != nil {
		return nil, err
	}
	q.forgetCut(id)
	if !j.Practice {
		err = q.o.Store.AddReceipt(ctx, job.Record{
			ID: j.ID, RemoteID: j.RemoteID, Service: j.Provider, Model: j.Model, Estimate: j.Estimate, SubmittedAt: now, Account: j.Account,
		})
	}
	return j, err
}
