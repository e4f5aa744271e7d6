package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// foldsKey begins the keys of how lists are folded.
const foldsKey = "folds:"

// KeepFolds stores how a list is folded, as JSON.
func (s *Store) KeepFolds(ctx context.Context, list string, json []byte) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO kv (key, value, at_ms) VALUES (?1, ?2, ?3)
 ON CONFLICT (key) DO UPDATE SET value = ?2, at_ms = ?3 WHERE value <> ?2`, foldsKey+list, string(json), s.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("keeping how a list is folded: %w", err)
		}
		return nil
	})
}

// Folds returns what KeepFolds stored, nil if it stored nothing.
func (s *Store) Folds(ctx context.Context, list string) ([]byte, error) {
	var v string
	err := s.r.QueryRowContext(ctx, `SELECT value FROM kv WHERE key = ?`, foldsKey+list).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading how a list is folded: %w", err)
	}
	return []byte(v), nil
}
