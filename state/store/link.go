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

// Link returns a service's link for a content of an account, if it was stored at since or
// later; "" when there is none.
func (s *Store) Link(ctx context.Context, provider, account string, d Digest, since time.Time) (string, error) {
	var link string
	err := s.r.QueryRowContext(ctx, `SELECT link FROM links WHERE provider = ? AND account = ? AND sha256 = ? AND at_ms >= ?`,
		provider, account, d[:], since.UnixMilli()).Scan(&link)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking for a link: %w", err)
	}
	return link, nil
}

// KeepLink stores the link of a content for Link.
func (s *Store) KeepLink(ctx context.Context, provider, account string, d Digest, link string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO links (provider, account, sha256, link, at_ms) VALUES (?1, ?5, ?2, ?3, ?4)
 ON CONFLICT (provider, account, sha256) DO UPDATE SET link = ?3, at_ms = ?4`, provider, d[:], link, s.now().UnixMilli(), account)
		if err != nil {
			return fmt.Errorf("keeping a link: %w", err)
		}
		return nil
	})
}

// ForgetLink removes a link, so that the file is uploaded again.
func (s *Store) ForgetLink(ctx context.Context, provider, link string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE provider = ? AND link = ?`, provider, link); err != nil {
			return fmt.Errorf("forgetting a link: %w", err)
		}
		return nil
	})
}
