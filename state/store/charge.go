package store

import (
	"context"
	"database/sql"
	"fmt"

	"seedreel/client/usd"
	"seedreel/state/job"
)

// SetCharge stores a service's charge for a job in micro-dollars, in any state
// of the job.
func (s *Store) SetCharge(ctx context.Context, id string, paid usd.Micro) (*job.Job, error) {
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
