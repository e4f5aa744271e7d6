package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Digest is the SHA-256 of a local file's content.
type Digest [sha256.Size]byte

// Link returns a service's link for a content, if it was stored at since or
// later; "" when there is none.
func (s *Store) Link(ctx context.Context, provider string, d Digest, since time.Time) (string, error) {
	var link string
	err := s.r.QueryRowContext(ctx, `SELECT link FROM links WHERE provider = ? AND sha256 = ? AND at_ms >= ?`,
		provider, d[:], since.UnixMilli()).Scan(&link)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking for a link: %w", err)
	}
	return link, nil
}

// KeepLink stores the link of a content for Link.
func (s *Store) KeepLink(ctx context.Context, provider string, d Digest, link string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO links (provider, sha256, link, at_ms) VALUES (?1, ?2, ?3, ?4)
 ON CONFLICT (provider, sha256) DO UPDATE SET link = ?3, at_ms = ?4`, provider, d[:], link, s.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("keeping a link: %w", err)
		}
		return nil
	})
}
