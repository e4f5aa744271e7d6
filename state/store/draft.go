package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// draftKey is the key of the form being filled in.
const draftKey = "draft"

// SaveDraft stores the form being filled in, as JSON, so that a dropped line
// costs nothing.
func (s *Store) SaveDraft(ctx context.Context, json []byte) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		// Writing the same value would cost a sync for nothing.
		_, err := tx.ExecContext(ctx, `INSERT INTO kv (key, value, at_ms) VALUES (?1, ?2, ?3)
 ON CONFLICT (key) DO UPDATE SET value = ?2, at_ms = ?3 WHERE value <> ?2`, draftKey, string(json), s.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("saving the draft: %w", err)
		}
		return nil
	})
}

// LoadDraft returns what SaveDraft stored, nil when there is nothing.
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
