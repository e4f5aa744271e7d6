package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"seedreel/state/job"
)

// Hold keeps every process from using a service before until, because the
// service asked for that. A shorter wait does not replace a longer one.
func (s *Store) Hold(ctx context.Context, sv Service, until time.Time, why job.Wait) error {
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
