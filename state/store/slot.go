package store

import (
	"context"
	"fmt"
)

// putSlot counts a job's request against the service's limit per minute from
// at on; a slot that the job already has moves to that time.
func putSlot(ctx context.Context, tx changer, sv Service, id string, at int64) error {
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
