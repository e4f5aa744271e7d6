package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// Attempt is one request that may be billed. Amounts are nil where they are
// not known.
type Attempt struct {
	Kind            job.AttemptKind
	Provider, Model string
	Practice        bool
	At              time.Time
	Estimate        *usd.Micro
	// Ceiling is the most it may cost by a person's word, when the price is
	// unknown.
	Ceiling *usd.Micro
	Charge  *usd.Micro
	// Hold is what the service has set aside for it.
	Hold    *usd.Micro
	Outcome job.Outcome
	// Reason is why it cost nothing, if that is proved.
	Reason   job.Reason
	RemoteID string
}

// figure is the amount an attempt counts for: the charge, else what is set
// aside, else the estimate, else the ceiling. It is kept between 0 and
// usd.MostForOne, whatever a row holds: SQLite ends a sum that overflows with an
// error, and one row must not stop all the others.
const figure = `min(max(coalesce(a.charge_uusd, a.hold_uusd, a.estimate_uusd, a.ceiling_uusd), 0), 10000000000)`

// Attempts returns the requests made for a job, oldest first.
func (s *Store) Attempts(ctx context.Context, id string) (out []Attempt, err error) {
	err = eachRow(ctx, s.r, "reading attempts", func(rows *sql.Rows) error {
		var a Attempt
		var at int64
		if err := rows.Scan(&a.Kind, &a.Provider, &a.Model, &a.Practice, &at, &money{&a.Estimate}, &money{&a.Ceiling}, &money{&a.Charge}, &money{&a.Hold}, &a.Outcome, &a.Reason, &a.RemoteID); err != nil {
			return err
		}
		a.At = time.UnixMilli(at).UTC()
		out = append(out, a)
		return nil
	}, `SELECT kind, provider, model, practice, at_ms, estimate_uusd, ceiling_uusd, charge_uusd, hold_uusd, outcome, reason,
 coalesce(remote_id, '') FROM attempts WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?) ORDER BY n`, id)
	return out, err
}

// attemptOf returns the current attempt of a job.
func attemptOf(j *job.Job, kind job.AttemptKind, at time.Time, ceiling *usd.Micro) *Attempt {
	if j.Estimate != nil {
		ceiling = nil
	}
	return &Attempt{
		Kind: kind, Provider: j.Provider, Model: j.Model, Practice: j.Practice, At: at, Estimate: j.Estimate, Ceiling: ceiling,
		Charge: j.Charge, Hold: j.Hold, Outcome: j.Outcome(), Reason: j.Reason, RemoteID: j.RemoteID,
	}
}

// insertAttempt inserts a new attempt; j is nil if it belongs to no job.
func insertAttempt(ctx context.Context, tx changer, a *Attempt, j *job.Job, nonce string) (int64, error) {
	var seq any
	seconds := 0
	if j != nil {
		seq, seconds = j.Seq, j.Seconds
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO attempts (job_seq, current, nonce, kind, provider, model, practice, at_ms, seconds,
 estimate_uusd, ceiling_uusd, charge_uusd, hold_uusd, outcome, reason, remote_id) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		seq, orNil(nonce), string(a.Kind), a.Provider, a.Model, a.Practice, a.At.UnixMilli(), seconds,
		moneyOrNil(a.Estimate), moneyOrNil(a.Ceiling), moneyOrNil(a.Charge), moneyOrNil(a.Hold), string(a.Outcome), string(a.Reason), orNil(a.RemoteID))
	if err != nil {
		return 0, fmt.Errorf("writing an attempt: %w", err)
	}
	n, err := res.LastInsertId()
	if err != nil {
		return 0, fmt.Errorf("writing an attempt: %w", err)
	}
	return n, nil
}

// updateAttempt updates a job's current attempt after a change of the job.
func updateAttempt(ctx context.Context, tx changer, was, j *job.Job) error {
	is := attemptCells(j)
	if slices.Equal(attemptCells(was), is) {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE attempts SET charge_uusd = ?, hold_uusd = ?, outcome = ?, reason = ?, remote_id = ? WHERE job_seq = ? AND current = 1`, append(is, j.Seq)...)
	if err != nil {
		return fmt.Errorf("changing the attempt of job %s: %w", j.ID, err)
	}
	return nil
}

// attemptCells returns what an attempt has of its job.
func attemptCells(j *job.Job) []any {
	return []any{moneyOrNil(j.Charge), moneyOrNil(j.Hold), string(j.Outcome()), string(j.Reason), orNil(j.RemoteID)}
}

// Again requeues an uncertain job as a second attempt, which has to pass the
// guard like any other order. The first stays in the sums. It returns
// *ErrStale, *ErrBudget or *ErrUnpriced if that is refused.
func (s *Store) Again(ctx context.Context, id string, g guard.Guard) (*job.Job, error) {
	t, ok := g.Terms()
	if !ok {
		return nil, ErrNoGuard
	}
	return s.change(ctx, id, job.Uncertain, func(tx *sql.Tx, j *job.Job) error {
		j.Requeue()
		j.Fails, j.ErrorCode, j.ErrorText, j.Charge, j.Hold, j.Account = 0, "", "", nil, nil, ""
		a := attemptOf(j, job.AttemptAgain, s.now().UTC(), t.Ceiling)
		if t.Estimate != nil {
			a.Estimate, a.Ceiling = t.Estimate, nil
		}
		if err := checkBudget(ctx, tx, []*Attempt{a}, &t); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE attempts SET current = 0 WHERE job_seq = ?`, j.Seq); err != nil {
			return fmt.Errorf("leaving the attempt of job %s: %w", id, err)
		}
		_, err := insertAttempt(ctx, tx, a, j, "")
		return err
	})
}

// Rewriting records a request for a prompt to be rewritten, before it is sent:
// from then on it may be billed. It returns the number that EndRewriting
// takes. It returns *ErrBudget or *ErrUnpriced if refused, or ErrOnce if the
// nonce was used.
func (s *Store) Rewriting(ctx context.Context, a Attempt, g guard.Guard) (int64, error) {
	t, ok := g.Terms()
	if !ok {
		return 0, ErrNoGuard
	}
	a.Kind, a.Outcome = job.AttemptRewriting, job.OutcomeMaybe
	if a.Estimate == nil {
		a.Ceiling = t.Ceiling
	}
	var n int64
	err := s.writeOnce(ctx, func(tx *sql.Tx) error {
		var used bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM attempts WHERE nonce = ?)`, t.Nonce).Scan(&used); err != nil {
			return fmt.Errorf("looking for the order: %w", err)
		}
		if used {
			return ErrOnce
		}
		if err := checkBudget(ctx, tx, []*Attempt{&a}, &t); err != nil {
			return err
		}
		var err error
		n, err = insertAttempt(ctx, tx, &a, nil, t.Nonce)
		return err
	})
	return n, err
}

// EndRewriting records the result of a rewriting.
func (s *Store) EndRewriting(ctx context.Context, n int64, o job.Outcome, why job.Reason) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE attempts SET outcome = ?, reason = ? WHERE n = ? AND job_seq IS NULL`, string(o), string(why), n)
		if err != nil {
			return fmt.Errorf("changing an attempt: %w", err)
		}
		return nil
	})
}
