package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"seedreel/client/usd"
	"seedreel/state/job"
)

var errImplausible = errors.New("no request costs that")

// SetCharge stores a service's charge for a job in micro-dollars, in any state
// of the job. It refuses an amount that one request cannot cost.
func (s *Store) SetCharge(ctx context.Context, id string, paid usd.Micro) (*job.Job, error) {
	if !paid.Plausible() {
		return nil, fmt.Errorf("writing a charge of %s: %w", paid, errImplausible)
	}
	err := s.write(ctx, func(tx *sql.Tx) error {
		j, err := scanJob(tx.QueryRowContext(ctx, `UPDATE jobs SET charge_uusd = ? WHERE id = ?`+returning(), int64(paid), id))
		if err != nil {
			return err
		}
		return updateAttempt(ctx, tx, j)
	})
	if err != nil {
		return nil, fmt.Errorf("writing a charge: %w", err)
	}
	return s.Job(ctx, id)
}
