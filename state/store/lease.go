package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Release releases a lease without changing the job. It leaves alone a lease
// that has gone to another owner.
func (s *Store) Release(ctx context.Context, id, owner string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE jobs SET lease_owner = NULL, lease_until_ms = NULL WHERE id = ? AND lease_owner = ?`, id, owner)
		if err != nil {
			return fmt.Errorf("releasing job %s: %w", id, err)
		}
		return nil
	})
}

// Renew extends a lease to until; false when it is no longer the owner's.
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

// Unlease frees the leases of every owner for which alive returns false, and
// returns how many there were.
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
	err = eachRow(ctx, s.r, "listing leases", func(rows *sql.Rows) error {
		var o string
		err := rows.Scan(&o)
		owners = append(owners, o)
		return err
	}, `SELECT DISTINCT lease_owner FROM jobs WHERE state IN `+openStates+` AND lease_owner IS NOT NULL`)
	return owners, err
}
