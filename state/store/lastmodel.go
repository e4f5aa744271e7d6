package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// LastModel returns the model of the newest job that was ordered here, or
// ErrNotFound if there is none. Those made elsewhere were nobody's choice here.
func (s *Store) LastModel(ctx context.Context) (r catalogue.Ref, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT provider, model FROM jobs WHERE deleted_ms IS NULL AND origin IS NOT ? ORDER BY seq DESC LIMIT 1`,
		string(job.OriginElsewhere)).Scan(&r.Provider, &r.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNotFound
	}
	if err != nil {
		return r, fmt.Errorf("looking for the last model: %w", err)
	}
	return r, nil
}
