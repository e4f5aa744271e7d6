package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Release gives a lease back without changing the job. A lease that has gone
// to somebody else is left alone.
func (s *Store) Release(ctx context.Context, id, owner string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE jobs SET lease_owner = NULL, lease_until_ms = NULL WHERE id = ? AND lease_owner = ?`, id, owner)
		if err != nil {
			return fmt.Errorf("releasing job %s: %w", id, err)
		}
		return nil
	})
}

// Renew makes a lease end at until; false when it is no longer the owner's.
func (s *Store) Renew(ctx context.Context, id, owner string, until time.Time) (bool, error) {
	var n int64
	err := s.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE jobs SET lease_until_ms = ? WHERE id = ? AND lease_owner = ?`, until.UnixMilli(), id, owner)
		if err != nil {
			return fmt.Errorf("renewing the lease of job %s: %w", id, err)
		}
		n, err = res.RowsAffected()
		if err != nil {
			return fmt.Errorf("renewing the lease of job %s: %w", id, err)
		}
		return nil
	})
	return n > 0, err
}

// Unlease frees the leases of every owner that alive says no to, and returns
// how many there were.
func (s *Store) Unlease(ctx context.Context, alive func(owner string) bool) (int, error) {
	owners, err := s.leaseOwners(ctx)
	if err != nil {
		return 0, err
	}
	freed := int64(0)
	for _, o := range owners {
		if alive(o) {
			continue
		}
		err := s.write(ctx, func(tx *sql.Tx) error {
			res, err := tx.ExecContext(ctx, `UPDATE jobs SET lease_owner = NULL, lease_until_ms = NULL WHERE lease_owner = ?`, o)
			if err != nil {
				return fmt.Errorf("freeing leases: %w", err)
			}
			n, err := res.RowsAffected()
			if err != nil {
				return fmt.Errorf("freeing leases: %w", err)
			}
			freed += n
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return int(freed), nil
}

func (s *Store) leaseOwners(ctx context.Context) (owners []string, err error) {
	rows, err := s.r.QueryContext(ctx, `SELECT DISTINCT lease_owner FROM jobs WHERE state IN `+openStates+` AND lease_owner IS NOT NULL`)
	if err != nil {
		return nil, fmt.Errorf("listing leases: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			return nil, fmt.Errorf("listing leases: %w", err)
		}
		owners = append(owners, o)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing leases: %w", err)
	}
	return owners, nil
}

// Hold keeps every process from asking a service before until, because the
// service said so. A shorter wait does not replace a longer one.
func (s *Store) Hold(ctx context.Context, sv Service, until time.Time, why string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		// One that is absurdly far ahead was written by another clock.
		_, err := tx.ExecContext(ctx, `INSERT INTO holds (provider, practice, until_ms, why) VALUES (?1, ?2, ?3, ?4)
 ON CONFLICT (provider, practice) DO UPDATE SET until_ms = ?3, why = ?4 WHERE until_ms < ?3 OR until_ms > ?5`,
			sv.Provider, sv.Practice, until.UnixMilli(), why, s.now().Add(farAhead).UnixMilli())
		if err != nil {
			return fmt.Errorf("holding a service back: %w", err)
		}
		return nil
	})
}

// UseSlot counts a job's request against the service's limit a minute from at
// on; a slot that the job has already moves to that time.
func (s *Store) UseSlot(ctx context.Context, sv Service, id string, at time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error { return putSlot(ctx, tx, sv, id, at.UnixMilli()) })
}

func putSlot(ctx context.Context, tx *sql.Tx, sv Service, id string, at int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM slots WHERE at_ms <= ?1 - ?2 OR at_ms > ?1 + ?2`, at, 2*window.Milliseconds()); err != nil {
		return fmt.Errorf("dropping old slots: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO slots (job_id, provider, practice, at_ms) VALUES (?1, ?2, ?3, ?4)
 ON CONFLICT (job_id) DO UPDATE SET at_ms = ?4`, id, sv.Provider, sv.Practice, at)
	if err != nil {
		return fmt.Errorf("using a slot: %w", err)
	}
	return nil
}

// Digest is the SHA-256 of a local file's content.
type Digest [sha256.Size]byte

// Link returns the link that a service gave for a content, if that was at
// since or later; "" when there is none.
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

// KeepLink remembers the link of a content for Link.
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

// HasRemote tells whether any job has this id of a service, deleted ones
// included, so that a lost job is not taken for one that is known.
func (s *Store) HasRemote(ctx context.Context, sv Service, remoteID string) (bool, error) {
	var n int
	err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM jobs WHERE provider = ? AND practice = ? AND remote_id = ?`,
		sv.Provider, sv.Practice, remoteID).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for an id: %w", err)
	}
	return n > 0, nil
}
