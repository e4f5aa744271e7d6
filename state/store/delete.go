package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"seedreel/state/job"
)

// Delete removes a job that has ended from the history: prompt, inputs, links
// and events are removed, the money stays counted. Files on disk are not
// touched. For a job that is open or uncertain it returns *ErrStale.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		j, err := scanJob(tx.QueryRowContext(ctx, `SELECT `+columns()+` FROM jobs WHERE id = ? AND deleted_ms IS NULL`, id))
		if err != nil {
			return err
		}
		if j.State != job.Saved && j.State != job.Failed {
			return &ErrStale{ID: id, Have: j.State, Want: []job.State{job.Saved, job.Failed}}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM events WHERE job_seq = ?`, j.Seq); err != nil {
			return fmt.Errorf("deleting job %s: %w", id, err)
		}
		set, args := assign(&job.Job{}, func(m mark) bool { return m&personal != 0 })
		_, err = tx.ExecContext(ctx, `UPDATE jobs SET deleted_ms=?, `+set+` WHERE seq=?`,
			slices.Concat([]any{s.now().UnixMilli()}, args, []any{j.Seq})...)
		if err != nil {
			return fmt.Errorf("deleting job %s: %w", id, err)
		}
		return nil
	})
}
