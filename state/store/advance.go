package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"seedreel/client/usd"
	"seedreel/state/job"
)

// Event is one line of a job's history: what happened to it and when. Detail
// is a JSON object; texts in it are the service's own and untrusted.
type Event struct {
	At     time.Time
	Kind   string
	Detail string
}

// change is what an event keeps of a step; empty parts are left out.
type change struct {
	From     job.State  `json:"from,omitempty"`
	To       job.State  `json:"to,omitempty"`
	Reason   job.Reason `json:"reason,omitempty"`
	Code     string     `json:"code,omitempty"`
	Text     string     `json:"text,omitempty"`
	Word     string     `json:"word,omitempty"`
	Attempt  int        `json:"attempt,omitempty"`
	Owner    string     `json:"owner,omitempty"`
	Posted   *time.Time `json:"posted_at,omitempty"`
	RemoteID string     `json:"remote_id,omitempty"`
	Estimate *usd.Micro `json:"estimate,omitempty"`
	Charge   *usd.Micro `json:"charge,omitempty"`
	Path     string     `json:"path,omitempty"`
}

// Advance is the one way in which a job changes: in one transaction it checks
// that the job is in one of the states from (else *ErrStale), lets edit change
// it, checks the rules (else *ErrTransition), writes it and adds an event when
// anything worth telling changed. What was confirmed (model, prompt, values,
// seed, estimate) is not written. edit may run twice; it must do no I/O.
func (s *Store) Advance(ctx context.Context, id string, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, nil)
}

// Step is Advance in the middle of a step by the holder of the job's lease,
// and keeps the lease. It fails with *ErrStale when the lease went to another.
func (s *Store) Step(ctx context.Context, id, owner string, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, &lease{owner: owner})
}

// Settle is Step that gives the lease back.
func (s *Store) Settle(ctx context.Context, id, owner string, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.advance(ctx, id, from, edit, &lease{owner: owner, end: true})
}

// lease is whose a change must be, and whether that ends with it.
type lease struct {
	owner string
	end   bool
}

func (s *Store) advance(ctx context.Context, id string, from []job.State, edit func(*job.Job), l *lease) (*job.Job, error) {
	var out *job.Job
	err := s.write(ctx, func(tx *sql.Tx) error {
		j, err := scanJob(tx.QueryRowContext(ctx, `SELECT `+columns+` FROM jobs WHERE id = ? AND deleted_ms IS NULL`, id))
		if err != nil {
			return err
		}
		if !slices.Contains(from, j.State) {
			return &ErrStale{ID: id, Have: j.State, Want: from}
		}
		if l != nil {
			if err := l.check(ctx, tx, j, from); err != nil {
				return err
			}
		}
		was := *j
		edit(j)
		if !Allowed(was.State, j.State) {
			return &ErrTransition{ID: id, From: was.State, To: j.State}
		}
		if err := updateJob(ctx, tx, j); err != nil {
			return err
		}
		if err := updateAttempt(ctx, tx, j); err != nil {
			return err
		}
		if kind, c := difference(&was, j); kind != "" {
			if err := addEvent(ctx, tx, j.Seq, s.now(), kind, c); err != nil {
				return err
			}
		}
		out, err = scanJob(tx.QueryRowContext(ctx, `SELECT `+columns+` FROM jobs WHERE seq = ?`, j.Seq))
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// check makes sure that the job is the owner's: by lease, or because the owner
// stands in the row, as it does while a request is on its way.
func (l *lease) check(ctx context.Context, tx *sql.Tx, j *job.Job, from []job.State) error {
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
	if n == 0 {
		return &ErrStale{ID: j.ID, Have: j.State, Want: from}
	}
	return nil
}

// difference says what changed, "" when nothing did that anyone would look
// for later: a poll that found the job still running leaves no line.
func difference(was, is *job.Job) (string, change) {
	c := change{Reason: is.Reason}
	kind := ""
	if was.Word != is.Word {
		c.Word, kind = is.Word, "word"
	}
	if was.Output.Path != is.Output.Path {
		c.Path, kind = is.Output.Path, "named"
	}
	if is.ErrorText != "" && (was.ErrorText != is.ErrorText || was.ErrorCode != is.ErrorCode) {
		c.Code, c.Text, kind = is.ErrorCode, is.ErrorText, "trouble"
	}
	if is.Charge != nil && (was.Charge == nil || *was.Charge != *is.Charge) {
		c.Charge, kind = is.Charge, "charged"
	}
	if was.RemoteID != is.RemoteID {
		c.RemoteID, kind = is.RemoteID, "accepted"
	}
	if was.Attempt != is.Attempt {
		c.Attempt, kind = is.Attempt, "attempt"
	}
	if was.State != is.State {
		c.From, c.To, kind = was.State, is.State, "state"
		// The attempt being left behind stays readable here.
		c.Owner, c.Attempt = is.Owner, max(was.Attempt, is.Attempt)
		if !was.PostedAt.IsZero() {
			c.Posted = &was.PostedAt
		}
	}
	return kind, c
}

func addEvent(ctx context.Context, tx *sql.Tx, seq int64, at time.Time, kind string, c change) error {
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO events (job_seq, at_ms, kind, detail) VALUES (?, ?, ?, ?)`,
		seq, at.UnixMilli(), kind, string(b)); err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	return nil
}

// Events returns the history of a job, oldest first.
func (s *Store) Events(ctx context.Context, id string) (events []Event, err error) {
	rows, err := s.r.QueryContext(ctx, `SELECT at_ms, kind, detail FROM events WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?) ORDER BY n`, id)
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&at, &e.Kind, &e.Detail); err != nil {
			return nil, fmt.Errorf("reading events: %w", err)
		}
		e.At = time.UnixMilli(at).UTC()
		events = append(events, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	return events, nil
}

// Delete removes a job that has ended from the history: prompt, inputs, links
// and events go, the money stays counted. Files on disk are not touched. A job
// that is open or uncertain gives *ErrStale.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		j, err := scanJob(tx.QueryRowContext(ctx, `SELECT `+columns+` FROM jobs WHERE id = ? AND deleted_ms IS NULL`, id))
		if err != nil {
			return err
		}
		if j.State != job.Saved && j.State != job.Failed {
			return &ErrStale{ID: id, Have: j.State, Want: []job.State{job.Saved, job.Failed}}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM events WHERE job_seq = ?`, j.Seq); err != nil {
			return fmt.Errorf("deleting job %s: %w", id, err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE jobs SET deleted_ms = ?, prompt = '', values_json = '{}', handed_json = '{}', seed = NULL,
 error_code = '', error_text = '', word = '', out_url = '', out_path = '', out_etag = '', out_sha256 = '' WHERE seq = ?`,
			s.now().UnixMilli(), j.Seq)
		if err != nil {
			return fmt.Errorf("deleting job %s: %w", id, err)
		}
		return nil
	})
}
