package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"seedreel/state/job"
	"seedreel/state/reel"
)

// keptChanges is how many changes of a reel can be undone.
const keptChanges = 200

// image is the part of a reel that a change touched: nil members did not
// change, nil entries are of rows that were not there.
type image struct {
	Reel  *reelImage            `json:"reel,omitempty"`
	Shots map[string]*shotImage `json:"shots,omitempty"`
	Takes map[string]*takeImage `json:"takes,omitempty"`
}

type reelImage struct {
	Name string      `json:"name"`
	Cast []reel.Name `json:"cast,omitempty"`
}

// shotImage is a shot without takes, and its place.
type shotImage struct {
	Shot    reel.Shot `json:"shot"`
	Place   int       `json:"place"`
	Removed bool      `json:"removed,omitempty"`
}

type takeImage struct {
	Shot   string     `json:"shot"`
	Marks  job.Marks  `json:"marks"`
	Labels job.Labels `json:"labels,omitempty"`
}

// ChangeReel edits a reel in one transaction and returns it as it is then. The
// change is kept so that it can be undone; it has no line if the edit found
// nothing to do. edit may run twice.
func (s *Store) ChangeReel(ctx context.Context, id string, edit reel.Edit) (*reel.Reel, reel.Change, error) {
	return s.changeReel(ctx, id, "", edit)
}

// ChangeTake is ChangeReel for an edit of a take, by its job's id. It reads the
// takes of no other shot, so it is quick in a long reel.
func (s *Store) ChangeTake(ctx context.Context, jobID string, edit reel.Edit) (*job.Job, reel.Change, error) {
	id, shot, err := s.ReelOf(ctx, jobID)
	if err != nil {
		return nil, reel.Change{}, err
	}
	r, c, err := s.changeReel(ctx, id, shot, edit)
	if err != nil {
		return nil, c, err
	}
	j, _ := r.Take(jobID)
	if j == nil {
		return nil, c, ErrNotFound
	}
	return j, c, nil
}

func (s *Store) changeReel(ctx context.Context, id, only string, edit reel.Edit) (*reel.Reel, reel.Change, error) {
	var after *reel.Reel
	c := reel.Change{Reel: id}
	err := s.write(ctx, func(tx *sql.Tx) error {
		if only != "" {
			if err := comeBack(ctx, tx, only); err != nil {
				return err
			}
		}
		before, err := loadReel(ctx, tx, id, only)
		if err != nil {
			return err
		}
		after = before.Clone()
		if c.Line, err = edit(after); err != nil {
			return err
		}
		was, is := images(before), images(after)
		was.reduce(&is)
		if c.Line == "" || reflect.DeepEqual(was, is) {
			c.Line = ""
			return nil
		}
		c.At = s.now().UTC()
		if err := writeImage(ctx, tx, id, &is); err != nil {
			return err
		}
		c.ID, err = addChange(ctx, tx, &c, &was, &is)
		return err
	})
	return after, c, err
}

// comeBack puts a shot that was removed back at the end of its reel: a mark on
// one of its takes shows that it is wanted.
func comeBack(ctx context.Context, tx changer, shot string) error {
	_, err := tx.ExecContext(ctx, `UPDATE shots SET removed = 0, place = (SELECT max(place) + 1 FROM shots s WHERE s.reel = shots.reel)
 WHERE id = ? AND removed = 1`, shot)
	if err != nil {
		return fmt.Errorf("bringing back shot %s: %w", shot, err)
	}
	return nil
}

// images returns all of a reel.
func images(r *reel.Reel) image {
	im := image{Reel: &reelImage{Name: r.Name, Cast: r.Cast}, Shots: map[string]*shotImage{}, Takes: map[string]*takeImage{}}
	for i, s := range r.Shots {
		bare := *s
		bare.Takes = nil
		im.Shots[s.ID] = &shotImage{Shot: bare, Place: i + 1}
		for _, j := range s.Takes {
			im.Takes[j.ID] = &takeImage{Shot: j.Shot, Marks: j.Marks, Labels: j.Labels}
		}
	}
	return im
}

// reduce drops from both images what is equal. A shot that is in one alone is
// removed in the other.
func (im *image) reduce(o *image) {
	if reflect.DeepEqual(im.Reel, o.Reel) {
		im.Reel, o.Reel = nil, nil
	}
	for id, s := range im.Shots {
		if t := o.Shots[id]; t == nil {
			gone := *s
			gone.Removed = true
			o.Shots[id] = &gone
		} else if reflect.DeepEqual(s, t) {
			delete(im.Shots, id)
			delete(o.Shots, id)
		}
	}
	for id, s := range o.Shots {
		if im.Shots[id] == nil {
			gone := *s
			gone.Removed = true
			im.Shots[id] = &gone
		}
	}
	for id, t := range im.Takes {
		// The takes of a removed shot stay its takes.
		if n := o.Takes[id]; n == nil || reflect.DeepEqual(t, n) {
			delete(im.Takes, id)
			delete(o.Takes, id)
		}
	}
}

// writeImage makes the rows of a reel as an image has them.
func writeImage(ctx context.Context, tx *sql.Tx, id string, im *image) error {
	if im.Reel != nil {
		_, err := tx.ExecContext(ctx, `UPDATE reels SET name = ?, cast_json = ? WHERE id = ?`, im.Reel.Name, &asList[reel.Name]{&im.Reel.Cast}, id)
		if err != nil {
			return fmt.Errorf("changing a reel: %w", err)
		}
	}
	for _, s := range im.Shots {
		if err := putShot(ctx, tx, &shotRow{Shot: &s.Shot, reel: id, place: s.Place, removed: s.Removed}); err != nil {
			return err
		}
	}
	// Picks last: of two takes that change places one must give way first.
	for _, picks := range []bool{false, true} {
		for job, t := range im.Takes {
			if t.Marks.Pick != picks {
				continue
			}
			_, err := tx.ExecContext(ctx, `UPDATE jobs SET shot = ?, labels = ?, rating = ?, pick = ?, rejected = ?, note = ? WHERE id = ? AND deleted_ms IS NULL`,
				t.Shot, &words{&t.Labels}, t.Marks.Rating, t.Marks.Pick, t.Marks.Rejected, t.Marks.Note, job)
			if err != nil {
				return fmt.Errorf("marking job %s: %w", job, err)
			}
		}
	}
	return nil
}

func addChange(ctx context.Context, tx *sql.Tx, c *reel.Change, was, is *image) (int64, error) {
	before, err1 := json.Marshal(was)
	after, err2 := json.Marshal(is)
	if err := errors.Join(err1, err2); err != nil {
		return 0, fmt.Errorf("keeping a change: %w", err)
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO reel_changes (reel, at_ms, line, before_json, after_json) VALUES (?, ?, ?, ?, ?)`,
		c.Reel, c.At.UnixMilli(), c.Line, string(before), string(after))
	if err != nil {
		return 0, fmt.Errorf("keeping a change: %w", err)
	}
	n, err := res.LastInsertId()
	if err != nil {
		return 0, fmt.Errorf("keeping a change: %w", err)
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM reel_changes WHERE reel = ?1 AND n <= (SELECT n FROM reel_changes WHERE reel = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)`,
		c.Reel, keptChanges)
	if err != nil {
		return 0, fmt.Errorf("dropping old changes: %w", err)
	}
	return n, nil
}

// Changes returns what was done to a reel, the latest first, limit at most.
func (s *Store) Changes(ctx context.Context, id string, limit int) (out []reel.Change, err error) {
	err = eachRow(ctx, s.r, "reading changes", func(rows *sql.Rows) error {
		var c reel.Change
		err := rows.Scan(&c.ID, &c.Reel, &stamp{&c.At, true}, &c.Line, &c.Undone)
		out = append(out, c)
		return err
	}, `SELECT n, reel, at_ms, line, undone FROM reel_changes WHERE reel = ? ORDER BY n DESC LIMIT ?`, id, limit)
	return out, err
}

// Undo takes back the latest change of a reel that was not undone, and returns
// it. It returns ErrNothingToUndo, or ErrChangedSince if what it would restore
// was changed by something else.
func (s *Store) Undo(ctx context.Context, id string) (reel.Change, error) {
	return s.turn(ctx, id, `SELECT n, at_ms, line, after_json, before_json FROM reel_changes WHERE reel = ? AND undone = 0 ORDER BY n DESC LIMIT 1`, true)
}

// Redo makes the change again that was undone last, unless another was made
// since.
func (s *Store) Redo(ctx context.Context, id string) (reel.Change, error) {
	return s.turn(ctx, id, `SELECT n, at_ms, line, before_json, after_json FROM reel_changes WHERE reel = ?1 AND undone = 1
 AND n > coalesce((SELECT max(n) FROM reel_changes WHERE reel = ?1 AND undone = 0), 0) ORDER BY n LIMIT 1`, false)
}

// turn goes from one image of a change to the other.
func (s *Store) turn(ctx context.Context, id, query string, undone bool) (reel.Change, error) {
	c := reel.Change{Reel: id, Undone: undone}
	err := s.write(ctx, func(tx *sql.Tx) error {
		var from, to string
		err := tx.QueryRowContext(ctx, query, id).Scan(&c.ID, &stamp{&c.At, true}, &c.Line, &from, &to)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNothingToUndo
		}
		if err != nil {
			return fmt.Errorf("looking for a change: %w", err)
		}
		var have, want image
		if err := errors.Join(json.Unmarshal([]byte(from), &have), json.Unmarshal([]byte(to), &want)); err != nil {
			return fmt.Errorf("reading a change: %w", err)
		}
		if err := stillAs(ctx, tx, &have); err != nil {
			return err
		}
		if err := writeImage(ctx, tx, id, &want); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE reel_changes SET undone = ? WHERE n = ?`, undone, c.ID); err != nil {
			return fmt.Errorf("marking a change: %w", err)
		}
		return nil
	})
	return c, err
}

// stillAs returns ErrChangedSince unless the takes of an image are still as it
// has them. Shots and names are not compared: an edit of either leaves a change
// of its own, which is undone first.
func stillAs(ctx context.Context, tx *sql.Tx, im *image) error {
	for jobID, t := range im.Takes {
		j, err := scanJob(tx.QueryRowContext(ctx, `SELECT `+columns()+` FROM jobs WHERE id = ? AND deleted_ms IS NULL`, jobID))
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if j.Shot != t.Shot || j.Marks != t.Marks {
			return ErrChangedSince
		}
	}
	return nil
}
