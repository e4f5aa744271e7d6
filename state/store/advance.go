package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"seedreel/state/job"
)

// Advance is the only way to change a job: in one transaction it checks that
// the job is in one of the states from (else *ErrStale), lets edit change it,
// checks the rules (else *ErrTransition, or *ErrClaimed if it takes an id that
// another job has), writes it and adds an event if
// anything notable changed. What was confirmed (model, prompt, values, seed,
// estimate) is not written. edit may run twice; it must do no I/O.
func (s *Store) Advance(ctx context.Context, id string, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, nil)
}

// Step is like Advance in the middle of a step by the holder of the job's
// lease, and keeps the lease. It returns *ErrStale if the lease went to
// another.
func (s *Store) Step(ctx context.Context, id, owner string, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, &lease{owner: owner})
}

// Settle is like Step and releases the lease.
func (s *Store) Settle(ctx context.Context, id, owner string, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, &lease{owner: owner, end: true})
}

// Conclude is like Advance and releases the lease that an owner may have. It is
// for what has to be stored no matter who holds the job now.
func (s *Store) Conclude(ctx context.Context, id, owner string, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, &lease{owner: owner, end: true, any: true})
}

// Post is like Step for the change that precedes a request, which it counts
// against the service's limit per minute.
func (s *Store) Post(ctx context.Context, id, owner string, from []job.State, at time.Time, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, &lease{owner: owner, slot: at})
}

// lease is the owner that a change requires, and whether it ends the lease.
type lease struct {
	owner string
	end   bool
	// any is set if the owner need not have the lease.
	any bool
	// slot is when a request is counted as sent, zero if none is.
	slot time.Time
}

func (s *Store) advance(ctx context.Context, id string, from []job.State, edit func(*job.Job), l *lease) (*job.Job, error) {
	var out *job.Job
	err := s.writeOften(ctx, func(tx *often) error {
		r, err := jobIn(ctx, tx, id, from...)
		if err != nil {
			return err
		}
		j := r.Job
		var freed []string
		if l != nil {
			if freed, err = l.check(ctx, tx, r, from); err != nil {
				return err
			}
		}
		was := *j
		was.More = slices.Clone(j.More)
		edit(j)
		keepConfirmed(&was, j)
		s.times(&was, j)
		if !Allowed(was.State, j.State) {
			return &ErrTransition{ID: id, From: was.State, To: j.State}
		}
		if j.RemoteID != was.RemoteID {
			if err := unclaimed(ctx, tx, j); err != nil {
				return err
			}
		}
		out = j
		return s.rewrite(ctx, tx, &was, r, freed...)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// times sets since when a changed job has trouble, and when its bill is due.
func (s *Store) times(was, j *job.Job) {
	switch {
	case !j.Troubled():
		j.Since = time.Time{}
	case j.Since.IsZero():
		j.Since = s.now().UTC()
	}
	switch {
	case j.EndedAt.IsZero():
		j.BillAt = time.Time{}
	case was.EndedAt.IsZero():
		j.BillAt = j.NextBill(j.EndedAt, false)
	}
}

// change changes a job that must be in a state, in one transaction, and returns
// it as stored. It returns *ErrStale for one in another state.
func (s *Store) change(ctx context.Context, id string, in job.State, edit func(tx *sql.Tx, j *job.Job) error) (*job.Job, error) {
	var out *job.Job
	err := s.write(ctx, func(tx *sql.Tx) error {
		r, err := jobIn(ctx, tx, id, in)
		if err != nil {
			return err
		}
		was := *r.Job
		if err := edit(tx, r.Job); err != nil {
			return err
		}
		if err := s.rewrite(ctx, tx, &was, r); err != nil {
			return err
		}
		// An edit may write more than the job, such as its attempts.
		out, err = bySeqOne(ctx, tx, r.Seq)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// jobIn reads a job of the history that must be in one of the states, or
// returns *ErrStale.
func jobIn(ctx context.Context, q asker, id string, states ...job.State) (*row, error) {
	r, err := scanRow(q.QueryRowContext(ctx, `SELECT `+rowColumns()+` FROM jobs WHERE id = ? AND deleted_ms IS NULL`, id))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(states, r.State) {
		return nil, &ErrStale{ID: id, Have: r.State, Want: states}
	}
	return r, nil
}

// rewrite writes a changed job, its attempt and what changed, and leaves the
// job as stored.
func (s *Store) rewrite(ctx context.Context, tx changer, was *job.Job, r *row, more ...string) error {
	if err := updateAttempt(ctx, tx, was, r.Job); err != nil {
		return err
	}
	if err := r.update(ctx, tx, more...); err != nil {
		return err
	}
	kind, c := difference(was, r.Job)
	if kind == "" {
		return nil
	}
	return addEvent(ctx, tx, r.Seq, s.now(), kind, c)
}

// unclaimed ensures that no other job has a job's id at the service, not even
// a deleted one: a clip that was paid for once would count as two. Within the
// transaction no other process can take it.
func unclaimed(ctx context.Context, tx asker, j *job.Job) error {
	if j.RemoteID == "" {
		return nil
	}
	var by string
	err := tx.QueryRowContext(ctx, `SELECT id FROM jobs WHERE provider = ? AND practice = ? AND remote_id = ? AND seq <> ? ORDER BY seq LIMIT 1`,
		j.Provider, j.Practice, j.RemoteID, j.Seq).Scan(&by)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("looking for the owner of an id: %w", err)
	}
	return &ErrClaimed{ID: j.ID, RemoteID: j.RemoteID, By: by}
}

// check ensures that the job is the owner's: by lease, or because the row
// names the owner, as it does while a request is in flight. It returns the
// assignments that end the lease, if it is to end.
func (l *lease) check(ctx context.Context, tx changer, r *row, from []job.State) (freed []string, err error) {
	ours := r.holder == l.owner || r.Owner == l.owner
	if !ours && !l.any {
		return nil, &ErrStale{ID: r.ID, Have: r.State, Want: from}
	}
	if ours && l.end && r.holder != "" {
		freed = []string{"lease_owner = NULL", "lease_until_ms = NULL"}
	}
	if !l.slot.IsZero() {
		err = putSlot(ctx, tx, Service{Provider: r.Provider, Practice: r.Practice}, r.ID, l.slot.UnixMilli())
	}
	return freed, err
}
