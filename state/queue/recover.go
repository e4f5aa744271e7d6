package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/state/store"
)

// Recovery is the result of Recover.
type Recovery struct {
	// Uncertain are jobs whose request may have been paid: the process that
	// sent it died before the answer came.
	Uncertain []*job.Job
	// Found are such jobs whose id was in the receipts.
	Found []*job.Job
	// Requeued are jobs whose upload was cut short. Nothing was bought.
	Requeued []*job.Job
}

// Recover cleans up after dead processes. It sends nothing. It may be called
// again at any time; the work of living processes is not touched.
func (q *Queue) Recover(ctx context.Context) (Recovery, error) {
	q.mu.Lock()
	q.recovered = q.o.Now()
	q.mu.Unlock()
	var r Recovery
	if q.o.Store.ReadOnly() != nil {
		return r, nil
	}
	jobs, err := q.o.Store.OpenJobs(ctx)
	if err != nil {
		return r, fmt.Errorf("recovering: %w", err)
	}
	if _, err := q.o.Store.Unlease(ctx, q.o.Instance.Alive); err != nil {
		return r, fmt.Errorf("recovering: %w", err)
	}
	var receipts map[string]job.Record
	for _, j := range jobs {
		if (j.State != job.Uploading && j.State != job.Submitting) || q.o.Instance.Alive(j.Owner) {
			continue
		}
		if j.State == job.Submitting && receipts == nil {
			if receipts, err = q.receipts(); err != nil {
				return r, fmt.Errorf("recovering: %w", err)
			}
		}
		err := q.recoverOne(ctx, j, receipts, &r)
		if _, stale := errors.AsType[*store.ErrStale](err); err != nil && !stale {
			return r, fmt.Errorf("recovering job %s: %w", j.ID, err)
		}
	}
	return r, nil
}

func (q *Queue) recoverOne(ctx context.Context, j *job.Job, receipts map[string]job.Record, r *Recovery) error {
	if j.State == job.Uploading {
		back, err := q.o.Store.Advance(ctx, j.ID, []job.State{job.Uploading}, backToQueue)
		if err == nil {
			q.logJob(ctx, "an upload was cut short by the end of its process", back)
			r.Requeued = append(r.Requeued, back)
		}
		return err
	}
	now := q.o.Now().UTC()
	paid, found := receipts[j.ID]
	// A receipt from before this attempt belongs to another.
	found = found && !paid.SubmittedAt.Before(j.PostedAt.Truncate(time.Second))
	back, err := q.o.Store.Advance(ctx, j.ID, []job.State{job.Submitting}, func(j *job.Job) {
		j.Owner = ""
		if found {
			j.State, j.RemoteID, j.SubmittedAt, j.NextAt = job.Submitted, paid.RemoteID, paid.SubmittedAt, now
			return
		}
		j.State, j.ErrorText = job.Uncertain, "the program ended before the service answered"
		j.NextAt = q.lookAt(j, now)
	})
	if err != nil {
		return err
	}
	if found {
		q.logJob(ctx, "a lost id stood in the receipts", back)
		r.Found = append(r.Found, back)
	} else {
		q.logJob(ctx, "a request lost its process before the answer", back)
		r.Uncertain = append(r.Uncertain, back)
	}
	return nil
}

// lookAt returns now if the service can be searched, else the zero time.
func (q *Queue) lookAt(j *job.Job, now time.Time) time.Time {
	p, err := q.o.Providers(j.Provider, j.Practice)
	if err != nil {
		return time.Time{}
	}
	if _, ok := p.(Finder); !ok {
		return time.Time{}
	}
	return now
}

func (q *Queue) receipts() (map[string]job.Record, error) {
	list, _, err := store.ReadReceipts(q.o.Store.ReceiptsPath())
	if err != nil {
		return nil, err
	}
	out := make(map[string]job.Record, len(list))
	for _, r := range list {
		out[r.ID] = r
	}
	return out, nil
}

// Rebuild adds a job for every receipt since a time that is unknown to the
// store, for a history that was lost: the ids were paid for, so their clips
// can be fetched. Prompt and values are lost with the old history.
func (q *Queue) Rebuild(ctx context.Context, since time.Time) ([]*job.Job, error) {
	receipts, _, err := store.ReadReceipts(q.o.Store.ReceiptsPath())
	if err != nil {
		return nil, fmt.Errorf("rebuilding: %w", err)
	}
	now := q.o.Now().UTC()
	var jobs []*job.Job
	seen := map[string]bool{}
	for _, r := range receipts {
		remote, id := r.Service+" "+r.RemoteID, r.ID
		known, err := q.o.Store.HasRemote(ctx, store.Service{Provider: r.Service}, r.RemoteID)
		if err != nil {
			return nil, fmt.Errorf("rebuilding: %w", err)
		}
		if known || seen[remote] || r.SubmittedAt.Before(since) {
			continue
		}
		// An order that was sent twice has two paid ids and one name.
		if _, err := q.o.Store.Job(ctx, id); !errors.Is(err, store.ErrNotFound) || seen[id] {
			if id, err = q.newID(); err != nil {
				return nil, fmt.Errorf("rebuilding: %w", err)
			}
		}
		seen[remote], seen[id] = true, true
		r.ID, r.CreatedAt = id, r.SubmittedAt
		j := r.Job()
		j.State, j.PostedAt, j.NextAt, j.Attempt = job.Submitted, j.SubmittedAt, now, 1
		jobs = append(jobs, j)
	}
	slices.SortFunc(jobs, func(a, b *job.Job) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if len(jobs) == 0 {
		return nil, nil
	}
	stored, err := q.o.Store.Record(ctx, jobs, "")
	if err != nil {
		return nil, fmt.Errorf("rebuilding: %w", err)
	}
	return stored, nil
}

// lookPause returns the time between searches for a lost request, the first of
// which starts at once. One of them is made earlier, as soon as it can prove
// something.
func lookPause(n int) (time.Duration, bool) {
	pauses := [...]time.Duration{
		10 * time.Second, 30 * time.Second, time.Minute, 3 * time.Minute,
		// A service that lists a clip only once it is made, and late, is
		// searched some more (the AI/ML API's log; client/aimlapi).
		10 * time.Minute, 30 * time.Minute,
	}
	if n >= len(pauses) {
		return 0, false
	}
	return pauses[n], true
}

// provedAfter is the age from which a complete search that finds nothing
// proves that nothing was made.
const provedAfter = 3 * time.Minute

// look searches the service for a request whose answer was lost. It takes over
// what it finds; it never sends a request that buys something.
func (s *step) look(ctx context.Context, j *job.Job) error {
	from := []job.State{job.Uncertain}
	p, _, err := s.q.provider(j)
	if err != nil {
		return s.waitFor(ctx, from, err)
	}
	f, ok := p.(Finder)
	if !ok {
		return s.settle(ctx, from, func(j *job.Job) { j.NextAt = time.Time{} })
	}
	m, _ := s.q.model(j)
	find, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	found, complete, err := f.Find(find, client.Request{Model: m, Values: fill(j.Values, j.Handed), Token: tokenOf(j)}, j.PostedAt)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		found, err = s.unknown(ctx, j, found)
	}
	now := s.q.o.Now().UTC()
	switch {
	case err != nil:
		return s.lookTrouble(ctx, j, err, now)
	case len(found) == 1:
		return s.accepted(ctx, j, found[0])
	case len(found) == 0 && complete && now.Sub(j.PostedAt) >= provedAfter:
		return s.fail(ctx, from, job.ReasonNotSubmitted, "", "the service has no such request")
	}
	return s.settle(ctx, from, func(j *job.Job) {
		j.Fails++
		j.NextAt = time.Time{}
		if pause, more := lookPause(j.Fails - 1); more {
			j.NextAt = now.Add(pause)
			if proved := j.PostedAt.Add(provedAfter); now.Before(proved) && proved.Before(j.NextAt) {
				j.NextAt = proved
			}
		}
	})
}

// lookTrouble postpones a failed search. It is not one of the few that prove
// something.
func (s *step) lookTrouble(ctx context.Context, j *job.Job, err error, now time.Time) error {
	s.trouble = err
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
	return s.settle(ctx, []job.State{job.Uncertain}, func(j *job.Job) { j.NextAt = next })
}

// unknown removes predictions that belong to other jobs.
func (s *step) unknown(ctx context.Context, j *job.Job, found []client.Prediction) ([]client.Prediction, error) {
	var out []client.Prediction
	for _, p := range found {
		known, err := s.q.o.Store.HasRemote(ctx, serviceOf(j), p.ID)
		if err != nil {
			return nil, err
		}
		if !known && p.ID != "" {
			out = append(out, p)
		}
	}
	return out, nil
}
