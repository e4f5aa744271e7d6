package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// Cursor is a place in the history; the zero Cursor is before the newest job.
type Cursor int64

// Query selects a part of the history.
type Query struct {
	// Search is the user's search line, see ParseSearch.
	Search string
	// Kinds maps words to models, in lower case: such a word finds the jobs of
	// these models as well as those with the word in their prompts.
	Kinds map[string][]catalogue.Ref
	// Zone is where the days of after: and before: begin; nil means UTC.
	Zone *time.Location
	// Cursor is where the previous page ended.
	Cursor Cursor
	// Limit is the number of rows, 50 when 0.
	Limit int
}

func (q *Query) zone() *time.Location {
	if q.Zone == nil {
		return time.UTC
	}
	return q.Zone
}

const (
	pageRows = 50
	// countUpTo keeps Count cheap: 10,001 or 90,000 makes no difference to a
	// reader.
	countUpTo = 10_000
)

// Job returns one job by our own id, or ErrNotFound if there is none.
func (s *Store) Job(ctx context.Context, id string) (*job.Job, error) {
	return scanJob(s.readOften(ctx, `SELECT `+columns()+` FROM jobs WHERE id = ? AND deleted_ms IS NULL`, id))
}

// HasRemote reports whether any job has this id of a service, including
// deleted ones, so that a lost job is not mistaken for a known one.
func (s *Store) HasRemote(ctx context.Context, sv Service, remoteID string) (bool, error) {
	var n int
	err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM jobs WHERE provider = ? AND practice = ? AND remote_id = ?`,
		sv.Provider, sv.Practice, remoteID).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for an id: %w", err)
	}
	return n > 0, nil
}

// OwnerOf returns the job, deleted ones included, that has an id of a service,
// "" if none has.
func (s *Store) OwnerOf(ctx context.Context, sv Service, remoteID string) (string, error) {
	var id string
	err := s.r.QueryRowContext(ctx, `SELECT id FROM jobs WHERE provider = ? AND practice = ? AND remote_id = ? ORDER BY seq LIMIT 1`,
		sv.Provider, sv.Practice, remoteID).Scan(&id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("looking for an id: %w", err)
	}
	return id, nil
}

// OpenJobs returns every job that is in progress or waits for a decision,
// oldest first.
func (s *Store) OpenJobs(ctx context.Context) ([]*job.Job, error) {
	return s.jobs(ctx, `SELECT `+columns()+` FROM jobs WHERE state IN `+openStates+` AND deleted_ms IS NULL ORDER BY seq`)
}

// openStates lists the states for which Job.State.Open or NeedsUser is true.
const openStates = `('queued', 'uploading', 'submitting', 'submitted', 'running', 'completed', 'uncertain')`

// recentJobs is what Recent asks. The index is named, since without statistics
// SQLite would rather read all that have ended: a third of a second of 100,000.
func recentJobs() string {
	return `SELECT ` + columns() + ` FROM jobs INDEXED BY jobs_ended WHERE state IN ('saved', 'failed') AND coalesce(saved_ms, ended_ms) >= ?
 AND deleted_ms IS NULL ORDER BY coalesce(saved_ms, ended_ms) DESC, seq DESC`
}

// Recent returns the jobs that ended at since or later, the latest end first.
func (s *Store) Recent(ctx context.Context, since time.Time) ([]*job.Job, error) {
	return s.jobs(ctx, recentJobs(), since.UnixMilli())
}

// Page returns one page of the history, newest first, and the cursor of the
// next one, 0 at the end. Rows added meanwhile shift nothing.
func (s *Store) Page(ctx context.Context, q Query) (rows []*job.Job, next Cursor, err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = pageRows
	}
	p, err := s.planFor(ctx, &q)
	if err != nil || p.none {
		return nil, 0, err
	}
	if q.Cursor > 0 {
		p.and("jobs.seq < ?", int64(q.Cursor))
		if p.order != "jobs.seq" {
			// Given to the word index too, which then starts at the cursor.
			p.and(p.order+" < ?", int64(q.Cursor))
		}
	}
	// The numbers alone are sorted; the rows are wide. One row more than requested
	// shows whether there is a next page.
	rows, err = s.jobs(ctx, `SELECT `+columns()+` FROM jobs WHERE jobs.seq IN (SELECT jobs.seq`+p.from+` WHERE `+strings.Join(p.where, " AND ")+
		` ORDER BY `+p.order+` DESC LIMIT ?) ORDER BY jobs.seq DESC`, append(p.args, limit+1)...)
	if err != nil {
		return nil, 0, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = Cursor(rows[limit-1].Seq)
	}
	return rows, next, nil
}

// Count returns the total number of a query's jobs, regardless of its cursor,
// and whether there are more than the number it stopped at.
func (s *Store) Count(ctx context.Context, q Query) (n int, more bool, err error) {
	p, err := s.planFor(ctx, &q)
	if err != nil || p.none {
		return 0, false, err
	}
	err = s.r.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 `+p.from+` WHERE `+strings.Join(p.where, " AND ")+` LIMIT ?)`,
		append(p.args, countUpTo+1)...).Scan(&n)
	if err != nil {
		return 0, false, fmt.Errorf("counting jobs: %w", err)
	}
	return min(n, countUpTo), n > countUpTo, nil
}

func (s *Store) jobs(ctx context.Context, query string, args ...any) ([]*job.Job, error) {
	rows, err := s.r.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading jobs: %w", err)
	}
	return scanJobs(rows)
}
