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
		j, err := jobIn(ctx, tx, id, from...)
		if err != nil {
			return err
		}
		if l != nil {
			if err := l.check(ctx, tx, j, from); err != nil {
				return err
			}
		}
		was := *j
		was.More = slices.Clone(j.More)
		edit(j)
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
		if !Allowed(was.State, j.State) {
			return &ErrTransition{ID: id, From: was.State, To: j.State}
		}
		if j.RemoteID != was.RemoteID {
			if err := unclaimed(ctx, tx, j); err != nil {
				return err
			}
		}
		if err := updateAttempt(ctx, tx, j); err != nil {
			return err
		}
		out, err = s.rewrite(ctx, tx, &was, j)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// change changes a job that must be in a state, in one transaction, and returns
// it as stored. It returns *ErrStale for one in another state.
func (s *Store) change(ctx context.Context, id string, in job.State, edit func(tx *sql.Tx, j *job.Job) error) (*job.Job, error) {
	var out *job.Job
	err := s.write(ctx, func(tx *sql.Tx) error {
		j, err := jobIn(ctx, tx, id, in)
		if err != nil {
			return err
		}
		was := *j
		if err := edit(tx, j); err != nil {
			return err
		}
		out, err = s.rewrite(ctx, tx, &was, j)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// jobIn reads a job of the history that must be in one of the states, or
// returns *ErrStale.
func jobIn(ctx context.Context, q asker, id string, states ...job.State) (*job.Job, error) {
	j, err := scanJob(q.QueryRowContext(ctx, `SELECT `+columns()+` FROM jobs WHERE id = ? AND deleted_ms IS NULL`, id))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(states, j.State) {
		return nil, &ErrStale{ID: id, Have: j.State, Want: states}
	}
	return j, nil
}

// rewrite writes a changed job and what changed, and returns it as stored.
func (s *Store) rewrite(ctx context.Context, tx changer, was, j *job.Job) (*job.Job, error) {
	if err := updateJob(ctx, tx, j); err != nil {
		return nil, err
	}
	if kind, c := difference(was, j); kind != "" {
		if err := addEvent(ctx, tx, j.Seq, s.now(), kind, c); err != nil {
			return nil, err
		}
	}
	return scanJob(tx.QueryRowContext(ctx, `SELECT `+columns()+` FROM jobs WHERE seq = ?`, j.Seq))
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
// names the owner, as it does while a request is in flight.
func (l *lease) check(ctx context.Context, tx changer, j *job.Job, from []job.State) error {
	set := `lease_owner = lease_owner`
	if l.end {
		set = `lease_owner = NULL, lease_until_ms = NULL`
	}
	res, err := tx.ExecContext(ctx, `UPDATE jobs SET `+set+` WHERE seq = ?1 AND (lease_owner = ?2 OR owner = ?2)`, j.Seq, l.owner)
	if err != nil {
		return fmt.Errorf("checking the lease of job %s: %w", j.ID, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("checking the lease of job %s: %w", j.ID, err)
	}
	if n == 0 && !l.any {
		return &ErrStale{ID: j.ID, Have: j.State, Want: from}
	}
	if !l.slot.IsZero() {
		return putSlot(ctx, tx, Service{Provider: j.Provider, Practice: j.Practice}, j.ID, l.slot.UnixMilli())
	}
	return nil
}
