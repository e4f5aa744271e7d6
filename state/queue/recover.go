package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"seedreel/client/find"
	"seedreel/state/job"
	"seedreel/state/random"
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

// Refresh has keys and settings read again that another process may have
// changed. What cannot be read stays as it was: the next order reports it.
func (q *Queue) Refresh(ctx context.Context) {
	if q.o.Refresh == nil {
		return
	}
	if err := q.o.Refresh(); err != nil {
		q.o.Log.DebugContext(ctx, "settings or keys cannot be read", "err", err)
	}
}

// Recover cleans up after dead processes. It sends nothing. It may be called
// again at any time; the work of living processes is not touched.
func (q *Queue) Recover(ctx context.Context) (Recovery, error) {
	q.mu.Lock()
	q.recovered = q.o.Now()
	q.mu.Unlock()
	q.Refresh(ctx)
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
	edit := func(j *job.Job) {
		j.Owner = ""
		if found {
			j.State, j.RemoteID, j.SubmittedAt, j.NextAt = job.Submitted, paid.RemoteID, paid.SubmittedAt, now
			return
		}
		j.State, j.ErrorText = job.Uncertain, "the program ended before the service answered"
		// It may have waited for the answer until now, but no longer than that.
		j.CutAt = j.PostedAt.Add(min(max(now.Sub(j.PostedAt), 0), submitLimit))
		j.NextAt = q.lookAt(j, now)
	}
	back, err := q.o.Store.Advance(ctx, j.ID, []job.State{job.Submitting}, edit)
	if _, claimed := errors.AsType[*store.ErrClaimed](err); claimed {
		found = false
		back, err = q.o.Store.Advance(ctx, j.ID, []job.State{job.Submitting}, edit)
	}
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
	if _, ok := p.(find.Finder); !ok {
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
		j, err := q.o.Store.Job(ctx, id)
		if err == nil && j.State == job.Submitting {
			continue // its answer is being stored
		}
		if !errors.Is(err, store.ErrNotFound) || seen[id] {
			if id, err = random.ID(q.o.Rand); err != nil {
				return nil, fmt.Errorf("rebuilding: %w", err)
			}
		}
		seen[remote], seen[id] = true, true
		r.ID, r.CreatedAt = id, r.SubmittedAt
		j = r.Job()
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
