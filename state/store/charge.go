package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"seedreel/client/usd"
	"seedreel/state/job"
)

var errImplausible = errors.New("no request costs that")

// Billed is what a service's bill has of a job.
type Billed struct {
	// Paid is the charge, nil if the bill has none: what is known stays.
	Paid *usd.Micro
	// Note describes what was not counted. It is kept if Read is not set.
	Note string
	// Read is set if the bill was read.
	Read bool
	// Next is when to ask again, zero for never.
	Next time.Time
}

// SetBilled stores what a service's bill has of a job, in any state of the job
// and after its deletion from the history: it is still in the sums. It refuses
// a charge that one request cannot cost.
func (s *Store) SetBilled(ctx context.Context, id string, b Billed) (*job.Job, error) {
	if b.Paid != nil && !b.Paid.Plausible() {
		return nil, fmt.Errorf("writing a charge of %s: %w", *b.Paid, errImplausible)
	}
	var out *job.Job
	err := s.writeOften(ctx, func(tx *often) error {
		r, err := scanRow(tx.QueryRowContext(ctx, `SELECT `+rowColumns()+` FROM jobs WHERE id = ?`, id))
		if err != nil {
			return err
		}
		j := r.Job
		was := *j
		if b.Paid != nil {
			j.Charge = b.Paid
		}
		if b.Read {
			j.BillNote = b.Note
		}
		j.BillAt = b.Next
		out = j
		return s.rewrite(ctx, tx, &was, r)
	})
	if err != nil {
		return nil, fmt.Errorf("writing a charge: %w", err)
	}
	return out, nil
}

// NextBill claims the job whose bill is due first for some time, so that no
// other process asks for it, too. It returns nil if none is due, and when one
// is, zero if never. Jobs that ended before oldest are not asked for any more.
func (s *Store) NextBill(ctx context.Context, now, oldest time.Time, claim time.Duration) (j *job.Job, at time.Time, err error) {
	at, err = s.BillDue(ctx, oldest)
	if err != nil || at.IsZero() || at.After(now) || s.ReadOnly() != nil {
		return nil, at, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		var err error
		j, err = scanJob(tx.QueryRowContext(ctx, `UPDATE jobs SET bill_ms = ?1 WHERE seq = (
 SELECT seq FROM jobs WHERE bill_ms <= ?2 AND ended_ms >= ?3 ORDER BY bill_ms LIMIT 1)`+returning(), now.Add(claim).UnixMilli(), now.UnixMilli(), oldest.UnixMilli()))
		if errors.Is(err, ErrNotFound) {
			j, err = nil, nil // another process was faster
		}
		return err
	})
	if err != nil {
		return nil, at, fmt.Errorf("looking for the next bill: %w", err)
	}
	return j, at, nil
}

// BillDue returns when the next bill is due, zero if none is, leaving out jobs
// that ended before oldest.
func (s *Store) BillDue(ctx context.Context, oldest time.Time) (time.Time, error) {
	var at sql.NullInt64
	err := s.r.QueryRowContext(ctx, `SELECT min(bill_ms) FROM jobs WHERE bill_ms IS NOT NULL AND ended_ms >= ?`, oldest.UnixMilli()).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("looking for the next bill: %w", err)
	}
	return fromMS(at), nil
}

// BillNote is a job with something on its bill that was not counted.
type BillNote struct{ ID, Provider, Note string }

// BillNotes returns the jobs created at from or later that have something on
// their bills that was not counted, newest first.
func (s *Store) BillNotes(ctx context.Context, from time.Time, practice bool) (out []BillNote, err error) {
	err = eachRow(ctx, s.r, "reading notes on bills", func(rows *sql.Rows) error {
		var n BillNote
		err := rows.Scan(&n.ID, &n.Provider, &n.Note)
		out = append(out, n)
		return err
	}, `SELECT id, provider, bill_note FROM jobs WHERE bill_note <> '' AND practice = ? AND created_ms >= ? ORDER BY created_ms DESC`,
		practice, from.UnixMilli())
	return out, err
}
