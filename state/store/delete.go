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
		return forgetShot(ctx, tx, j)
	})
}

// forgetShot removes what a shot keeps of a deleted job: the shot itself, if
// that was its last take and it holds no other prompt, and every change that
// could bring it back.
func forgetShot(ctx context.Context, tx *sql.Tx, j *job.Job) error {
	res, err := tx.ExecContext(ctx, `DELETE FROM shots WHERE id = ?1 AND name = '' AND note = '' AND json_extract(values_json, '$.prompt') IS ?2
 AND NOT EXISTS (SELECT 1 FROM jobs WHERE shot = ?1 AND deleted_ms IS NULL) AND NOT EXISTS (SELECT 1 FROM shots WHERE continues = ?1)`, j.Shot, j.Prompt)
	if err != nil {
		return fmt.Errorf("deleting a shot: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM reel_changes WHERE instr(before_json, ?1) > 0 OR instr(after_json, ?1) > 0`, `"`+j.Shot+`"`)
	if err != nil {
		return fmt.Errorf("deleting a shot's changes: %w", err)
	}
	return nil
}
