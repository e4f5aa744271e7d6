package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// draftKey is where the text being composed is kept.
const draftKey = "draft"

// SaveDraft keeps the form being filled in, as JSON, so that a dropped line
// costs nothing.
func (s *Store) SaveDraft(ctx context.Context, json []byte) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		// Writing what is there already would cost a sync for nothing.
		_, err := tx.ExecContext(ctx, `INSERT INTO kv (key, value, at_ms) VALUES (?1, ?2, ?3)
 ON CONFLICT (key) DO UPDATE SET value = ?2, at_ms = ?3 WHERE value <> ?2`, draftKey, string(json), s.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("saving the draft: %w", err)
		}
		return nil
	})
}

// LoadDraft returns what SaveDraft kept, nil when there is nothing.
func (s *Store) LoadDraft(ctx context.Context) ([]byte, error) {
	var v string
	err := s.r.QueryRowContext(ctx, `SELECT value FROM kv WHERE key = ?`, draftKey).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("loading the draft: %w", err)
	}
	return []byte(v), nil
}

// runsSeen is how many of the last runs a median is taken of: enough to be
// steady, few enough to follow a service that got faster.
const runsSeen = 51

// MedianRun is how long a model took for clips of this length, from being
// accepted to being seen done, and how many runs that rests on (0: nothing is
// known). Practice runs are kept apart, they are faster.
func (s *Store) MedianRun(ctx context.Context, provider, model string, seconds int, practice bool) (median time.Duration, n int, err error) {
	rows, err := s.r.QueryContext(ctx, `SELECT ended_ms - submitted_ms FROM jobs
 WHERE provider = ? AND model = ? AND seconds = ? AND practice = ? AND state IN ('completed', 'saved')
 AND ended_ms > submitted_ms ORDER BY seq DESC LIMIT ?`, provider, model, seconds, practice, runsSeen)
	if err != nil {
		return 0, 0, fmt.Errorf("reading run times: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var took []int64
	for rows.Next() {
		var ms int64
		if err := rows.Scan(&ms); err != nil {
			return 0, 0, fmt.Errorf("reading run times: %w", err)
		}
		took = append(took, ms)
	}
	if err := rows.Err(); err != nil {
		return 0, 0, fmt.Errorf("reading run times: %w", err)
	}
	if len(took) == 0 {
		return 0, 0, nil
	}
	slices.Sort(took)
	return time.Duration(took[len(took)/2]) * time.Millisecond, len(took), nil
}
