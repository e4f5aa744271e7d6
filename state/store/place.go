package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

// sameSitting is how long after the last take of a shot an order without a shot of
// its own still belongs to it, if it is for the same.
const sameSitting = 24 * time.Hour

// recent is how many of the last jobs are looked at for such a shot. A search
// of all of them would make each order slower than the one before.
const recent = 64

// giveShot finds or makes the shot of a job that is about to be inserted, so
// that everything made belongs to one. A job that names none joins the latest
// shot of the same prompt and references, or begins one with its own id.
func giveShot(ctx context.Context, tx changer, j *job.Job) error {
	if j.Shot == "" {
		var err error
		if j.Shot, err = likelyShot(ctx, tx, j); err != nil {
			return err
		}
	}
	if j.Shot == "" {
		j.Shot = j.ID
	}
	var known bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM shots WHERE id = ?)`, j.Shot).Scan(&known); err != nil {
		return fmt.Errorf("looking for a shot: %w", err)
	}
	if !known {
		return addShot(ctx, tx, j)
	}
	if err := comeBack(ctx, tx, j.Shot); err != nil {
		return err
	}
	if j.Pick {
		// Two clips brought back from two folders may both be picks.
		if err := tx.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM jobs WHERE shot = ? AND pick = 1)`, j.Shot).Scan(&j.Pick); err != nil {
			return fmt.Errorf("looking for a pick: %w", err)
		}
	}
	return nil
}

// addShot adds the shot that a job begins: at the end of the open reel, or
// after the shot that it goes on from.
func addShot(ctx context.Context, tx changer, j *job.Job) error {
	s := shotRow{Shot: &reel.Shot{ID: j.Shot, CreatedAt: j.CreatedAt, Model: catalogue.Ref{Provider: j.Provider, ID: j.Model}, Values: reel.Intention(j)}}
	if j.Continues != "" {
		err := tx.QueryRowContext(ctx, `SELECT reel, place + 1 FROM shots WHERE id = ? AND removed = 0`, j.Continues).Scan(&s.reel, &s.place)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("looking for the shot before: %w", err)
		}
		if err == nil {
			s.Continues = j.Continues
			delete(s.Values, catalogue.RoleFirstFrame) // that of the pick takes its place
			if _, err := tx.ExecContext(ctx, `UPDATE shots SET place = place + 1 WHERE reel = ? AND place >= ?`, s.reel, s.place); err != nil {
				return fmt.Errorf("making place for a shot: %w", err)
			}
			return newShot(ctx, tx, &s)
		}
	}
	var err error
	if s.reel, err = openReelID(ctx, tx); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(place), 0) + 1 FROM shots WHERE reel = ?`, s.reel).Scan(&s.place); err != nil {
		return fmt.Errorf("finding a place for a shot: %w", err)
	}
	return newShot(ctx, tx, &s)
}

// likelyShot returns the shot of the open reel that a job is another take of,
// "" if there is none.
func likelyShot(ctx context.Context, tx changer, j *job.Job) (id string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT j.shot, j.values_json
 FROM (SELECT seq, shot, prompt, values_json, created_ms FROM jobs WHERE deleted_ms IS NULL ORDER BY seq DESC LIMIT ?) j
 WHERE j.prompt = ? AND j.created_ms BETWEEN ? AND ?
   AND EXISTS (SELECT 1 FROM shots s JOIN reels r ON r.id = s.reel WHERE s.id = j.shot AND s.removed = 0 AND r.open = 1)
 ORDER BY j.seq DESC`, recent, j.Prompt, j.CreatedAt.Add(-sameSitting).UnixMilli(), j.CreatedAt.Add(sameSitting).UnixMilli())
	if err != nil {
		return "", fmt.Errorf("looking for a shot: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var shot, text string
		if err := rows.Scan(&shot, &text); err != nil {
			return "", fmt.Errorf("looking for a shot: %w", err)
		}
		var v catalogue.Values
		if err := json.Unmarshal([]byte(text), &v); err == nil && sameReferences(v, j.Values) {
			return shot, nil
		}
	}
	return "", rows.Err()
}

func sameReferences(a, b catalogue.Values) bool {
	roles := reel.References(a)
	if !slices.Equal(roles, reel.References(b)) {
		return false
	}
	return !slices.ContainsFunc(roles, func(r catalogue.Role) bool { return !a[r].Equal(b[r]) })
}

// knownKeys returns those keys of jobs that rows have, so that a batch of new
// ones asks once.
func knownKeys(ctx context.Context, tx changer, jobs []*job.Job) (known map[string]bool, err error) {
	var keys []string
	for _, j := range jobs {
		if j.Key != "" {
			keys = append(keys, j.Key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("looking for keys: %w", err)
	}
	known = map[string]bool{}
	err = eachRow(ctx, tx, "looking for keys", func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		known[key] = true
		return err
	}, `SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM jobs WHERE order_key = value)`, string(b))
	return known, err
}

// keyed returns the job that has the key of j, nil if it is free. A job that
// was deleted, or failed and cost nothing, gives its key away.
func keyed(ctx context.Context, tx changer, j *job.Job, hash []byte) (*job.Job, error) {
	if j.Key == "" {
		return nil, nil //nolint:nilnil // nothing found is an answer
	}
	old, err := scanJob(tx.QueryRowContext(ctx, `SELECT `+columns()+` FROM jobs WHERE order_key = ? AND deleted_ms IS NULL`, j.Key))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if err == nil && (old.State != job.Failed || old.MaybeBilled()) {
		var same bool
		if err := tx.QueryRowContext(ctx, `SELECT input_hash = ? FROM jobs WHERE seq = ?`, hash, old.Seq).Scan(&same); err != nil {
			return nil, fmt.Errorf("comparing the order with job %s: %w", old.ID, err)
		}
		if !same {
			return nil, &ErrKeyTaken{Key: j.Key, ID: old.ID}
		}
		return old, nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE jobs SET order_key = NULL WHERE order_key = ?`, j.Key); err != nil {
		return nil, fmt.Errorf("freeing a key: %w", err)
	}
	return nil, nil //nolint:nilnil // nothing found is an answer
}

// Keyed returns the living jobs of keys, by key: those that an order under the
// same key would give back.
func (s *Store) Keyed(ctx context.Context, keys ...string) (map[string]*job.Job, error) {
	b, err := json.Marshal(keys)
	if err != nil {
		return nil, fmt.Errorf("looking for keys: %w", err)
	}
	jobs, err := s.jobs(ctx, `SELECT `+columns()+` FROM jobs WHERE order_key IN (SELECT value FROM json_each(?)) AND deleted_ms IS NULL`, string(b))
	if err != nil {
		return nil, err
	}
	out := make(map[string]*job.Job, len(jobs))
	for _, j := range jobs {
		if j.State != job.Failed || j.MaybeBilled() {
			out[j.Key] = j
		}
	}
	return out, nil
}
