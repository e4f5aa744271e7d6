package store

import (
	"context"
	"database/sql"
	"fmt"
)

// keyKey is the key of the mark that a service's key was once set.
const keyKey = "had_key"

// RecordKey records that a key of a service is set.
func (s *Store) RecordKey(ctx context.Context) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO kv (key, value, at_ms) VALUES (?, '1', ?) ON CONFLICT (key) DO NOTHING`, keyKey, s.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("recording that there is a key: %w", err)
		}
		return nil
	})
}

// HadKey reports whether a key was ever set: it was recorded, or there is a job
// that is no practice.
func (s *Store) HadKey(ctx context.Context) (had bool, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM kv WHERE key = ?) OR EXISTS (SELECT 1 FROM jobs WHERE practice = 0)`, keyKey).Scan(&had)
	if err != nil {
		return false, fmt.Errorf("looking for a former key: %w", err)
	}
	return had, nil
}
