package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

// SameWithin is how soon the same inputs again are asked about: within it a
// second submit is more often a slip than a wish.
const SameWithin = time.Minute

// Guard is what an insert has to pass, checked in its own transaction so that
// two processes cannot both pass. The zero Guard lets everything through.
type Guard struct {
	// DailyLimit bounds what was spent since SpentSince plus what the new jobs
	// are estimated at, in micro-dollars; nil waives it. Practice is free.
	DailyLimit *usd.Micro
	SpentSince time.Time
	// DuplicateWindow refuses inputs that a job made within it had too; 0
	// waives it. Jobs of one insert are no duplicates of each other.
	DuplicateWindow time.Duration
	// Input is the InputHash of the order; worked out from each job when nil.
	Input []byte
	// Nonce names the confirmation: a second insert under the same nonce adds
	// nothing and returns the jobs of the first. "" for none.
	Nonce string
}

// maybeBilled is the condition under which money may have been spent on a row,
// job.MaybeBilled in SQL.
const maybeBilled = `(state IN ('submitting', 'submitted', 'running', 'completed', 'saved', 'uncertain')
 OR (state = 'failed' AND (charge_uusd > 0 OR (charge_uusd IS NULL AND (reason IN ('expired', 'gone', 'unusable') OR (reason = 'canceled' AND posted_ms IS NOT NULL))))))`

// Insert adds jobs that were just confirmed, all or none, and returns them as
// they are stored. It fails with *ErrBudget, *ErrDuplicate or *ErrDiskFull.
func (s *Store) Insert(ctx context.Context, jobs []*job.Job, g Guard) ([]*job.Job, error) {
	if s.newer != nil {
		return nil, s.newer
	}
	if err := s.roomForMore(); err != nil {
		return nil, err
	}
	var stored []*job.Job
	err := s.writeOnce(ctx, func(tx *sql.Tx) error {
		var err error
		if g.Nonce != "" {
			if stored, err = byNonce(ctx, tx, g.Nonce); err != nil || len(stored) > 0 {
				return err
			}
		}
		if err := checkBudget(ctx, tx, jobs, g); err != nil {
			return err
		}
		stored, err = insertAll(ctx, tx, jobs, g)
		return err
	})
	if isFull(err) {
		return nil, &ErrDiskFull{Free: -1, Need: s.minFree, Err: err}
	}
	if err != nil {
		return nil, err
	}
	return stored, nil
}

func insertAll(ctx context.Context, tx *sql.Tx, jobs []*job.Job, g Guard) ([]*job.Job, error) {
	hashes := make([][]byte, len(jobs))
	for i, j := range jobs {
		hashes[i] = g.Input
		if g.Input == nil {
			var err error
			if hashes[i], err = InputHash(j.Provider, j.Model, j.Practice, j.Values); err != nil {
				return nil, err
			}
		}
		if err := checkDuplicate(ctx, tx, j, hashes[i], g.DuplicateWindow); err != nil {
			return nil, err
		}
	}
	stored := make([]*job.Job, 0, len(jobs))
	for i, j := range jobs {
		c := *j
		if err := insertJob(ctx, tx, &c, hashes[i], g.Nonce, i); err != nil {
			return nil, err
		}
		if err := addEvent(ctx, tx, c.Seq, c.CreatedAt, "added", change{To: c.State, Estimate: c.Estimate}); err != nil {
			return nil, err
		}
		// Read back, so that what the caller holds is what is on the disk.
		back, err := scanJob(tx.QueryRowContext(ctx, `SELECT `+columns()+` FROM jobs WHERE seq = ?`, c.Seq))
		if err != nil {
			return nil, err
		}
		stored = append(stored, back)
	}
	return stored, nil
}

func byNonce(ctx context.Context, tx *sql.Tx, nonce string) ([]*job.Job, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+columns()+` FROM jobs WHERE nonce = ? ORDER BY nonce_n`, nonce)
	if err != nil {
		return nil, fmt.Errorf("looking for the order: %w", err)
	}
	return scanJobs(rows)
}

// checkBudget counts jobs that still wait as spent: they were promised.
func checkBudget(ctx context.Context, tx *sql.Tx, jobs []*job.Job, g Guard) error {
	if g.DailyLimit == nil {
		return nil
	}
	var want usd.Micro
	live := false
	for _, j := range jobs {
		if j.Practice {
			continue
		}
		live = true
		if c := j.Cost(); c != nil {
			want += *c
		}
	}
	if !live {
		return nil
	}
	var spent usd.Micro
	err := tx.QueryRowContext(ctx, `SELECT coalesce(sum(coalesce(charge_uusd, estimate_uusd)), 0) FROM jobs
 WHERE practice = 0 AND created_ms >= ? AND `+committed,
		g.SpentSince.UnixMilli()).Scan(&spent)
	if err != nil {
		return fmt.Errorf("adding up the spending: %w", err)
	}
	if spent+want > *g.DailyLimit {
		return &ErrBudget{Spent: spent, Limit: *g.DailyLimit, Want: want}
	}
	return nil
}

// checkDuplicate passes over failed jobs: sending one of those again is the
// usual thing to do.
func checkDuplicate(ctx context.Context, tx *sql.Tx, j *job.Job, hash []byte, window time.Duration) error {
	if window <= 0 {
		return nil
	}
	var id string
	var at int64
	err := tx.QueryRowContext(ctx, `SELECT id, created_ms FROM jobs WHERE input_hash = ? AND created_ms > ? AND state <> 'failed'
 ORDER BY created_ms DESC LIMIT 1`, hash, j.CreatedAt.Add(-window).UnixMilli()).Scan(&id, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking for the same inputs: %w", err)
	}
	return &ErrDuplicate{ID: id, At: time.UnixMilli(at).UTC()}
}

// InputHash names what a person asked for: service, model and values. The seed
// is left out, because the program draws one where the person gave none.
func InputHash(provider, model string, practice bool, v catalogue.Values) ([]byte, error) {
	v = v.Clone()
	delete(v, catalogue.RoleSeed)
	// Maps marshal with sorted keys, so equal values give equal bytes.
	b, err := json.Marshal(struct {
		Provider, Model string
		Practice        bool
		Values          catalogue.Values
	}{provider, model, practice, v})
	if err != nil {
		return nil, fmt.Errorf("hashing the inputs: %w", err)
	}
	sum := sha256.Sum256(b)
	return sum[:], nil
}
