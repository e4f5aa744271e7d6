package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// turn is the place of a waiting job in the line; see job.Job.Turn.
const turn = `coalesce(place, seq)`

// linePaused is the key under which kv has that the whole line is held back.
const linePaused = "line_paused"

// Line returns the jobs that wait to be sent, in the order in which they leave.
func (s *Store) Line(ctx context.Context) ([]*job.Job, error) {
	jobs, err := s.jobs(ctx, `SELECT `+columns()+` FROM jobs WHERE state = 'queued' AND deleted_ms IS NULL ORDER BY `+turn+`, seq`)
	if err != nil {
		return nil, err
	}
	paused, err := s.LinePaused(ctx)
	for _, j := range jobs {
		if paused && j.Waiting == "" {
			j.Waiting = job.WaitLine // it came after that
		}
	}
	return jobs, err
}

// LinePaused reports whether the whole line is held back.
func (s *Store) LinePaused(ctx context.Context) (bool, error) { return isLinePaused(ctx, s.r) }

func isLinePaused(ctx context.Context, q asker) (on bool, err error) {
	if err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM kv WHERE key = ?)`, linePaused).Scan(&on); err != nil {
		return false, fmt.Errorf("looking whether the line is paused: %w", err)
	}
	return on, nil
}

// PauseLine holds the whole line back, for all processes, or lets it go on.
// What has begun to leave is not stopped.
func (s *Store) PauseLine(ctx context.Context, on bool) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var err error
		if on {
			_, err = tx.ExecContext(ctx, `INSERT INTO kv (key, value, at_ms) VALUES (?, '', ?) ON CONFLICT (key) DO NOTHING`, linePaused, s.now().UnixMilli())
		} else {
			_, err = tx.ExecContext(ctx, `DELETE FROM kv WHERE key = ?`, linePaused)
		}
		if err == nil {
			// What Claim would find out at its next turn.
			_, err = tx.ExecContext(ctx, `UPDATE jobs SET waiting = ? WHERE state = 'queued' AND paused = 0 AND waiting IN ('', ?)`,
				lineWait(on), string(job.WaitLine))
		}
		if err != nil {
			return fmt.Errorf("pausing the line: %w", err)
		}
		return nil
	})
}

func lineWait(paused bool) string {
	if paused {
		return string(job.WaitLine)
	}
	return ""
}

// PauseJob holds a waiting job back, or lets it wait for its turn again. A
// process that has begun to send it stops before the request leaves. It returns
// *ErrStale for a job that does not wait.
func (s *Store) PauseJob(ctx context.Context, id string, on bool) (*job.Job, error) {
	return s.change(ctx, id, job.Queued, func(tx *sql.Tx, j *job.Job) error {
		j.Paused, j.Waiting = on, ""
		if on {
			j.Waiting = job.WaitPaused
		} else if line, err := isLinePaused(ctx, tx); err != nil {
			return err
		} else if line {
			j.Waiting = job.WaitLine
		}
		return dropLease(ctx, tx, j)
	})
}

// dropLease takes a waiting job from the process that is about to send it: the next
// write of that step fails, before its request leaves.
func dropLease(ctx context.Context, tx changer, j *job.Job) error {
	if _, err := tx.ExecContext(ctx, `UPDATE jobs SET lease_owner = NULL, lease_until_ms = NULL WHERE seq = ?`, j.Seq); err != nil {
		return fmt.Errorf("taking job %s back: %w", j.ID, err)
	}
	return nil
}

// MoveInLine lets a waiting job leave by places later, or earlier if by is
// negative, and stops at the ends of the line. The others keep their order. It
// returns the place that the job has then, counted from 1, or *ErrStale for a
// job that does not wait.
func (s *Store) MoveInLine(ctx context.Context, id string, by int) (place int, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		if _, err := jobIn(ctx, tx, id, job.Queued); err != nil {
			return err
		}
		line, err := readTurns(ctx, tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(line, func(t turnOf) bool { return t.id == id })
		to := min(max(at+by, 0), len(line)-1)
		place = to + 1
		return setTurns(ctx, tx, line, at, to)
	})
	return place, err
}

// turnOf is a waiting job and its turn.
type turnOf struct {
	id        string
	seq, turn int64
}

func readTurns(ctx context.Context, tx *sql.Tx) (out []turnOf, err error) {
	err = eachRow(ctx, tx, "reading the line", func(rows *sql.Rows) error {
		var t turnOf
		err := rows.Scan(&t.id, &t.seq, &t.turn)
		out = append(out, t)
		return err
	}, `SELECT id, seq, `+turn+` FROM jobs WHERE state = 'queued' AND deleted_ms IS NULL ORDER BY `+turn+`, seq`)
	return out, err
}

// setTurns moves the job at one index of the line to another. The jobs between
// them exchange their turns.
func setTurns(ctx context.Context, tx *sql.Tx, line []turnOf, at, to int) error {
	lo, hi := min(at, to), max(at, to)
	turns := make([]int64, 0, hi-lo+1)
	for _, t := range line[lo : hi+1] {
		turns = append(turns, t.turn)
	}
	moved := line[at]
	line = slices.Insert(slices.Delete(line, at, at+1), to, moved)
	for i, t := range line[lo : hi+1] {
		if t.turn == turns[i] {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE jobs SET place = ? WHERE seq = ?`, turns[i], t.seq); err != nil {
			return fmt.Errorf("moving job %s in line: %w", t.id, err)
		}
	}
	return nil
}

// Edit changes what a waiting job asks for, after the guard has passed it: what
// it costs more counts against the limit as a new order does, and all of it if
// it was promised on an earlier day. The job keeps its
// turn, its shot and its history; a key of its order is given up, as it is no
// longer what was ordered under that. A process that has begun to send it stops
// before the request leaves. It returns *ErrStale for a job that does not wait,
// *ErrBudget, *ErrUnpriced or *ErrDuplicate.
func (s *Store) Edit(ctx context.Context, id string, w job.Wanted, g guard.Guard) (*job.Job, error) {
	t, ok := g.Terms()
	if !ok {
		return nil, ErrNoGuard
	}
	return s.change(ctx, id, job.Queued, func(tx *sql.Tx, j *job.Job) error {
		was := attemptOf(j, job.AttemptFirst, j.CreatedAt, nil)
		n := job.New(id, j.CreatedAt, w)
		j.Provider, j.Model, j.Prompt, j.Values, j.Seconds = n.Provider, n.Model, n.Prompt, n.Values, n.Seconds
		j.Seed, j.HasSeed, j.Estimate, j.EstimateBasis = n.Seed, n.HasSeed, n.Estimate, n.EstimateBasis
		j.Key, j.Handed, j.Fails, j.ErrorCode, j.ErrorText, j.NextAt = "", nil, 0, "", "", s.now().UTC()
		hash, err := InputHash(j.Provider, j.Model, j.Practice, j.Values)
		if err != nil {
			return err
		}
		if t.Distinct {
			if earlier, err := same(ctx, tx, hash, j); err != nil {
				return err
			} else if earlier != nil && !slices.Contains(t.Repeats, earlier.ID) {
				return earlier
			}
		}
		now := attemptOf(j, job.AttemptFirst, s.now().UTC(), t.Ceiling)
		if was.At, err = promisedAt(ctx, tx, j); err != nil {
			return err
		}
		if more := dearer(was, now); more == nil || !was.At.Before(t.Since) {
			now.At = was.At
			if more != nil {
				err = checkBudget(ctx, tx, []*Attempt{more}, &t)
			}
		} else {
			// The day on which it was promised is over: it counts on this one.
			err = checkBudget(ctx, tx, []*Attempt{now}, &t)
		}
		if err != nil {
			return err
		}
		if err := dropLease(ctx, tx, j); err != nil {
			return err
		}
		return editRow(ctx, tx, j, now, hash, s.now())
	})
}

// Promised returns when the request of a waiting job was agreed to, which is the
// day that it counts on.
func (s *Store) Promised(ctx context.Context, j *job.Job) (time.Time, error) {
	return promisedAt(ctx, s.r, j)
}

func promisedAt(ctx context.Context, tx asker, j *job.Job) (time.Time, error) {
	var at int64
	if err := tx.QueryRowContext(ctx, `SELECT at_ms FROM attempts WHERE job_seq = ? AND current = 1`, j.Seq).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("reading when job %s was agreed to: %w", j.ID, err)
	}
	return time.UnixMilli(at).UTC(), nil
}

// dearer returns an attempt at the amount that a request costs more than
// before, nil if it does not. One without a known price stays unknown.
func dearer(was, now *Attempt) *Attempt {
	before := usd.Micro(0)
	if was.Estimate != nil {
		before = *was.Estimate
	}
	more := *now
	switch {
	case now.Estimate != nil:
		most := *now.Estimate - before
		more.Estimate = &most
	case now.Ceiling != nil:
		most := *now.Ceiling - before
		more.Ceiling = &most
	default:
		return &more
	}
	if n := more.Estimate; n != nil && *n <= 0 {
		return nil
	}
	return &more
}

// editRow writes the columns that are confirmed with a job.
func editRow(ctx context.Context, tx changer, j *job.Job, a *Attempt, hash []byte, at time.Time) error {
	set, args := assign(j, func(m mark) bool { return m&confirmed != 0 })
	if _, err := tx.ExecContext(ctx, `UPDATE jobs SET `+set+`, input_hash=? WHERE seq=?`, append(args, hash, j.Seq)...); err != nil {
		return fmt.Errorf("changing job %s: %w", j.ID, err)
	}
	if err := addEvent(ctx, tx, j.Seq, at, "edited", change{Estimate: j.Estimate}); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE attempts SET provider = ?, model = ?, at_ms = ?, seconds = ?, estimate_uusd = ?, ceiling_uusd = ? WHERE job_seq = ? AND current = 1`,
		a.Provider, a.Model, a.At.UnixMilli(), j.Seconds, moneyOrNil(a.Estimate), moneyOrNil(a.Ceiling), j.Seq)
	if err != nil {
		return fmt.Errorf("changing the attempt of job %s: %w", j.ID, err)
	}
	return nil
}
