package store

import (
	"context"
	"database/sql"
	"fmt"

	"seedreel/state/job"
)

// Delete removes a job that has ended from the history: prompt, inputs, links
// and events go, the money stays counted. Files on disk are not touched. A job
// that is open or uncertain gives *ErrStale.
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
		_, err = tx.ExecContext(ctx, `UPDATE jobs SET deleted_ms = ?, prompt = '', values_json = '{}', handed_json = '{}', seed = NULL,
 error_code = '', error_text = '', word = '', out_url = '', out_path = '', out_etag = '', out_sha256 = '' WHERE seq = ?`,
			s.now().UnixMilli(), j.Seq)
		if err != nil {
			return fmt.Errorf("deleting job %s: %w", id, err)
		}
		return nil
	})
}
