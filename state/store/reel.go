package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
)

// ReelRow is a reel in a list of reels, with what it holds.
type ReelRow struct {
	ID, Name            string
	Open                bool
	CreatedAt           time.Time
	Shots, Takes, Picks int
	// Bill is what the takes cost or may have cost.
	Bill reel.Bill
}

// shotRow is a shot and its place in a reel.
type shotRow struct {
	*reel.Shot
	reel    string
	place   int
	removed bool
}

// OpenReel returns the reel that is open, with its shots and takes.
func (s *Store) OpenReel(ctx context.Context) (*reel.Reel, error) {
	id, err := openReelID(ctx, s.r)
	if err != nil {
		return nil, err
	}
	return loadReel(ctx, s.r, id, "")
}

// OpenReelPart is OpenReel for a reel that may be very long: it reads count shots
// from the one at index first on, and returns how many the reel has.
func (s *Store) OpenReelPart(ctx context.Context, first, count int) (r *reel.Reel, shots int, err error) {
	id, err := openReelID(ctx, s.r)
	if err != nil {
		return nil, 0, err
	}
	if r, err = reelHead(ctx, s.r, id); err != nil {
		return nil, 0, err
	}
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM shots WHERE reel = ? AND removed = 0`, id).Scan(&shots); err != nil {
		return nil, 0, fmt.Errorf("counting shots: %w", err)
	}
	if r.Shots, err = loadShots(ctx, s.r, id, first, count); err != nil {
		return nil, 0, err
	}
	ids := make([]string, len(r.Shots))
	for i, x := range r.Shots {
		ids[i] = x.ID
	}
	b, err := json.Marshal(ids)
	if err != nil {
		return nil, 0, fmt.Errorf("reading takes: %w", err)
	}
	return r, shots, loadTakes(ctx, s.r, r, `shot IN (SELECT value FROM json_each(?))`, string(b))
}

// OpenReelName returns the name of the reel that is open, without reading its
// shots. It returns "" until there is a shot or another reel.
func (s *Store) OpenReelName(ctx context.Context) (string, error) {
	var name string
	err := s.r.QueryRowContext(ctx, `SELECT iif(EXISTS (SELECT 1 FROM shots) OR (SELECT count(*) FROM reels) > 1, name, '') FROM reels WHERE open = 1`).Scan(&name)
	if err != nil {
		return "", fmt.Errorf("looking for the open reel: %w", err)
	}
	return name, nil
}

// Reel returns a reel with its shots and takes, or ErrNoReel.
func (s *Store) Reel(ctx context.Context, id string) (*reel.Reel, error) {
	return loadReel(ctx, s.r, id, "")
}

// billedTo selects the attempts of a job that were or may have been billed.
const billedTo = `a.job_seq = j.seq AND a.outcome IN ('billed', 'maybe')`

// Reels returns all reels, the open one first, then the newest.
func (s *Store) Reels(ctx context.Context) (out []ReelRow, err error) {
	err = eachRow(ctx, s.r, "reading reels", func(rows *sql.Rows) error {
		var r ReelRow
		err := rows.Scan(&r.ID, &r.Name, &r.Open, &stamp{&r.CreatedAt, true}, &r.Shots, &r.Takes, &r.Picks,
			&r.Bill.Spent, &r.Bill.Unpriced, &r.Bill.Practised, &r.Bill.UnpricedPractice)
		out = append(out, r)
		return err
	}, `SELECT r.id, r.name, r.open, r.created_ms,
 (SELECT count(*) FROM shots s WHERE s.reel = r.id AND s.removed = 0),
 coalesce(t.takes, 0), coalesce(t.picks, 0), coalesce(t.spent, 0), coalesce(t.unpriced, 0), coalesce(t.practised, 0), coalesce(t.unpriced_practice, 0)
 FROM reels r LEFT JOIN (SELECT s.reel AS id, count(*) AS takes, sum(j.pick) AS picks,
   sum((SELECT sum(`+figure+`) FROM attempts a WHERE a.practice = 0 AND `+billedTo+`)) AS spent,
   sum((SELECT count(*) FROM attempts a WHERE a.practice = 0 AND `+figure+` IS NULL AND `+billedTo+`)) AS unpriced,
   sum((SELECT sum(`+figure+`) FROM attempts a WHERE a.practice = 1 AND `+billedTo+`)) AS practised,
   sum((SELECT count(*) FROM attempts a WHERE a.practice = 1 AND `+figure+` IS NULL AND `+billedTo+`)) AS unpriced_practice
   FROM shots s JOIN jobs j ON j.shot = s.id WHERE s.removed = 0 AND j.deleted_ms IS NULL GROUP BY s.reel) t ON t.id = r.id
 ORDER BY r.open DESC, r.created_ms DESC, r.id`)
	return out, err
}

// AddReel adds an empty reel and opens it.
func (s *Store) AddReel(ctx context.Context, id, name string) (*reel.Reel, error) {
	err := s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE reels SET open = 0 WHERE open = 1`); err != nil {
			return fmt.Errorf("closing a reel: %w", err)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO reels (id, name, open, created_ms) VALUES (?, ?, 1, ?)`, id, name, s.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("adding a reel: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Reel(ctx, id)
}

// SwitchReel opens another reel, or returns ErrNoReel.
func (s *Store) SwitchReel(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE reels SET open = 0 WHERE open = 1`); err != nil {
			return fmt.Errorf("closing a reel: %w", err)
		}
		res, err := tx.ExecContext(ctx, `UPDATE reels SET open = 1 WHERE id = ?`, id)
		if err != nil {
			return fmt.Errorf("opening a reel: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNoReel)
		}
		return nil
	})
}

// ReelOf returns the id of the reel that a job's shot is in, with the shot's
// id.
func (s *Store) ReelOf(ctx context.Context, jobID string) (reelID, shotID string, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT s.reel, s.id FROM jobs j JOIN shots s ON s.id = j.shot WHERE j.id = ? AND j.deleted_ms IS NULL`, jobID).Scan(&reelID, &shotID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", ErrNotFound
	}
	if err != nil {
		return "", "", fmt.Errorf("looking for the reel of job %s: %w", jobID, err)
	}
	return reelID, shotID, nil
}

// ShotOf returns the shot of a job, with its takes.
func (s *Store) ShotOf(ctx context.Context, jobID string) (*reel.Shot, error) {
	id, shot, err := s.ReelOf(ctx, jobID)
	if err != nil {
		return nil, err
	}
	r, err := loadReel(ctx, s.r, id, shot)
	if err != nil {
		return nil, err
	}
	x, _ := r.Shot(shot)
	if x == nil {
		return nil, reel.ErrNoShot
	}
	return x, nil
}

// ShotPlace is where a shot is, and what it holds.
type ShotPlace struct {
	// Number is the shot's in its reel, counted from 1.
	Number, Takes int
	Name          string
	// Open is set if its reel is open.
	Open bool
}

// ShotPlace returns the place of a shot, or reel.ErrNoShot for one that does
// not exist or was removed.
func (s *Store) ShotPlace(ctx context.Context, shot string) (p ShotPlace, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT s.name, r.open,
 (SELECT count(*) FROM shots o WHERE o.reel = s.reel AND o.removed = 0 AND (o.place, o.id) <= (s.place, s.id)),
 (SELECT count(*) FROM jobs j WHERE j.shot = s.id AND j.deleted_ms IS NULL)
 FROM shots s JOIN reels r ON r.id = s.reel WHERE s.id = ? AND s.removed = 0`, shot).Scan(&p.Name, &p.Open, &p.Number, &p.Takes)
	if errors.Is(err, sql.ErrNoRows) {
		return p, reel.ErrNoShot
	}
	if err != nil {
		return p, fmt.Errorf("looking for shot %s: %w", shot, err)
	}
	return p, nil
}

// Takes returns the takes of a shot, oldest first.
func (s *Store) Takes(ctx context.Context, shot string) ([]*job.Job, error) {
	return s.jobs(ctx, `SELECT `+columns()+` FROM jobs WHERE shot = ? AND deleted_ms IS NULL ORDER BY seq`, shot)
}

func openReelID(ctx context.Context, q asker) (string, error) {
	var id string
	if err := q.QueryRowContext(ctx, `SELECT id FROM reels WHERE open = 1`).Scan(&id); err != nil {
		return "", fmt.Errorf("looking for the open reel: %w", err)
	}
	return id, nil
}

// loadReel reads a reel. With only, the takes of that shot alone are read.
func loadReel(ctx context.Context, q reader, id, only string) (*reel.Reel, error) {
	r, err := reelHead(ctx, q, id)
	if err != nil {
		return nil, err
	}
	if r.Shots, err = loadShots(ctx, q, id, 0, -1); err != nil {
		return nil, err
	}
	where, arg := `shot IN (SELECT id FROM shots WHERE reel = ? AND removed = 0)`, id
	if only != "" {
		where, arg = `shot = ?`, only
	}
	return r, loadTakes(ctx, q, r, where, arg)
}

// reelHead reads a reel without its shots.
func reelHead(ctx context.Context, q reader, id string) (*reel.Reel, error) {
	r := &reel.Reel{ID: id}
	err := q.QueryRowContext(ctx, `SELECT name, open, created_ms, cast_json FROM reels WHERE id = ?`, id).
		Scan(&r.Name, &r.Open, &stamp{&r.CreatedAt, true}, &asList[reel.Name]{&r.Cast})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoReel
	}
	if err != nil {
		return nil, fmt.Errorf("reading a reel: %w", err)
	}
	return r, nil
}

// loadTakes reads the takes that a condition selects into the shots of a reel.
func loadTakes(ctx context.Context, q reader, r *reel.Reel, where, arg string) error {
	byID := make(map[string]*reel.Shot, len(r.Shots))
	for _, s := range r.Shots {
		byID[s.ID] = s
	}
	rows, err := q.QueryContext(ctx, `SELECT `+columns()+` FROM jobs WHERE `+where+` AND deleted_ms IS NULL ORDER BY seq`, arg)
	if err != nil {
		return fmt.Errorf("reading takes: %w", err)
	}
	jobs, err := scanJobs(rows)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if s := byID[j.Shot]; s != nil {
			s.Takes = append(s.Takes, j)
		}
	}
	return nil
}

// loadShots reads count shots of a reel, all if negative, from the one at index
// first on.
func loadShots(ctx context.Context, q reader, id string, first, count int) (out []*reel.Shot, err error) {
	err = eachRow(ctx, q, "reading shots", func(rows *sql.Rows) error {
		s := &reel.Shot{}
		var values, draft, final string
		if err := rows.Scan(&s.ID, &stamp{&s.CreatedAt, true}, &s.Name, &s.Note, &s.Model.Provider, &s.Model.ID, &values, &draft, &final, &s.Continues, &s.Count); err != nil {
			return err
		}
		err := errors.Join(json.Unmarshal([]byte(values), &s.Values), json.Unmarshal([]byte(draft), &s.Draft), json.Unmarshal([]byte(final), &s.Final))
		if err != nil {
			return fmt.Errorf("shot %s: %w", s.ID, err)
		}
		out = append(out, s)
		return nil
	}, `SELECT id, created_ms, name, note, provider, model, values_json, draft_json, final_json, continues, count
 FROM shots WHERE reel = ? AND removed = 0 ORDER BY place, id LIMIT ? OFFSET ?`, id, count, first)
	return out, err
}

// putShot writes a shot's row, new or not.
func putShot(ctx context.Context, tx changer, s *shotRow) error {
	return writeShot(ctx, tx, s, ` ON CONFLICT (id) DO UPDATE SET reel = excluded.reel, place = excluded.place,
 removed = excluded.removed, name = excluded.name, note = excluded.note, provider = excluded.provider, model = excluded.model,
 values_json = excluded.values_json, draft_json = excluded.draft_json, final_json = excluded.final_json, continues = excluded.continues,
 count = excluded.count`)
}

// newShot writes the row of a shot that has none. It costs half of putShot:
// what cannot fail half-way needs no copies of the pages that it changes.
func newShot(ctx context.Context, tx changer, s *shotRow) error { return writeShot(ctx, tx, s, "") }

func writeShot(ctx context.Context, tx changer, s *shotRow, otherwise string) error {
	v := s.Values
	if v == nil {
		v = catalogue.Values{}
	}
	values, err1 := json.Marshal(v)
	draft, err2 := json.Marshal(s.Draft)
	final, err3 := json.Marshal(s.Final)
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("writing shot %s: %w", s.ID, err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO shots (id, reel, place, removed, created_ms, name, note, provider, model, values_json, draft_json, final_json, continues, count)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`+otherwise, s.ID, s.reel, s.place, s.removed, s.CreatedAt.UnixMilli(), s.Name, s.Note, s.Model.Provider, s.Model.ID,
		string(values), string(draft), string(final), s.Continues, s.Count)
	if err != nil {
		return fmt.Errorf("writing shot %s: %w", s.ID, err)
	}
	return nil
}
