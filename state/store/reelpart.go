package store

import (
	"context"
	"encoding/json"
	"fmt"

	"seedreel/state/reel"
)

// partShots is how many shots are read at once: a reel may have thousands, and
// each has many takes.
const partShots = 200

// numberOf is the number of the shot s in its reel.
const numberOf = `(SELECT count(*) FROM shots o WHERE o.reel = s.reel AND o.removed = 0 AND (o.place, o.id) <= (s.place, s.id))`

// OpenReelPart is OpenReel for a reel that may be very long: it reads count shots
// from the one at index first on.
func (s *Store) OpenReelPart(ctx context.Context, first, count int) (*reel.Reel, error) {
	id, err := openReelID(ctx, s.r)
	if err != nil {
		return nil, err
	}
	return loadPart(ctx, s.r, id, first, count)
}

// EachReelPart reads a reel part by part, in order, so that no more of it than a
// part is in memory. A reel without shots is one part. It stops at the first
// error.
func (s *Store) EachReelPart(ctx context.Context, id string, do func(r *reel.Reel) error) error {
	for first := 0; ; first += partShots {
		r, err := loadPart(ctx, s.r, id, first, partShots)
		if err != nil {
			return err
		}
		if err := do(r); err != nil || first+partShots >= r.All {
			return err
		}
	}
}

// ReelPicks returns a reel with all its shots. Of their takes it has those that
// are picked, and those named.
func (s *Store) ReelPicks(ctx context.Context, id string, takes ...string) (*reel.Reel, error) {
	r, _, err := loadPicks(ctx, s.r, id, takes)
	return r, err
}

// ReelOutline returns a reel with all its shots, without their takes.
func (s *Store) ReelOutline(ctx context.Context, id string) (*reel.Reel, error) {
	r, _, err := loadOutline(ctx, s.r, id)
	return r, err
}

// KnownShots returns those of the ids that shots of any reel have, also shots
// that were removed.
func (s *Store) KnownShots(ctx context.Context, ids []string) (map[string]bool, error) {
	list, err := jsonList(ids)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	shots, _, err := loadShots(ctx, s.r, `s.id IN (SELECT value FROM json_each(?))`, list)
	for _, x := range shots {
		known[x.ID] = true
	}
	return known, err
}

// loadPart reads count shots of a reel from the one at index first on, with
// their takes, and those that they continue.
func loadPart(ctx context.Context, q reader, id string, first, count int) (*reel.Reel, error) {
	r, err := reelHead(ctx, q, id)
	if err != nil {
		return nil, err
	}
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM shots WHERE reel = ? AND removed = 0`, id).Scan(&r.All); err != nil {
		return nil, fmt.Errorf("counting shots: %w", err)
	}
	r.First = first
	if r.Shots, _, err = loadShots(ctx, q, `s.reel = ? AND s.removed = 0 ORDER BY s.place, s.id LIMIT ? OFFSET ?`, id, count, first); err != nil {
		return nil, err
	}
	ids := make([]string, len(r.Shots))
	for i, x := range r.Shots {
		ids[i] = x.ID
	}
	list, err := jsonList(ids)
	if err != nil {
		return nil, err
	}
	if err := loadTakes(ctx, q, r, `shot IN (SELECT value FROM json_each(?))`, list); err != nil {
		return nil, err
	}
	return r, loadBeyond(ctx, q, r)
}

// loadBeyond reads the shots outside a part that shots of it continue.
func loadBeyond(ctx context.Context, q reader, r *reel.Reel) error {
	var ids []string
	for _, x := range r.Shots {
		if from, _ := r.Shot(x.Continues); x.Continues != "" && from == nil {
			ids = append(ids, x.Continues)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	list, err := jsonList(ids)
	if err != nil {
		return err
	}
	beyond := &reel.Reel{}
	if beyond.Shots, _, err = loadShots(ctx, q, `s.reel = ? AND s.removed = 0 AND s.id IN (SELECT value FROM json_each(?))`, r.ID, list); err != nil {
		return err
	}
	if err := loadTakes(ctx, q, beyond, `pick = 1 AND shot IN (SELECT value FROM json_each(?))`, list); err != nil {
		return err
	}
	r.Beyond = make(map[string]reel.Beyond, len(beyond.Shots))
	for _, x := range beyond.Shots {
		b := reel.Beyond{Shot: x}
		if err := q.QueryRowContext(ctx, `SELECT `+numberOf+` FROM shots s WHERE s.id = ?`, x.ID).Scan(&b.Number); err != nil {
			return fmt.Errorf("counting shots: %w", err)
		}
		r.Beyond[x.ID] = b
	}
	return nil
}

// loadOutline reads a reel without takes, and the places of its shots.
func loadOutline(ctx context.Context, q reader, id string) (*reel.Reel, map[string]int, error) {
	r, err := reelHead(ctx, q, id)
	if err != nil {
		return nil, nil, err
	}
	var places map[string]int
	r.Shots, places, err = loadShots(ctx, q, `s.reel = ? AND s.removed = 0 ORDER BY s.place, s.id`, id)
	return r, places, err
}

// loadPicks reads a reel with those of its takes that are picked, or named.
func loadPicks(ctx context.Context, q reader, id string, takes []string) (*reel.Reel, map[string]int, error) {
	r, places, err := loadOutline(ctx, q, id)
	if err != nil {
		return nil, nil, err
	}
	list, err := jsonList(takes)
	if err != nil {
		return nil, nil, err
	}
	err = loadTakes(ctx, q, r, `shot IN (SELECT id FROM shots WHERE reel = ? AND removed = 0) AND (pick = 1 OR id IN (SELECT value FROM json_each(?)))`, id, list)
	return r, places, err
}

// loadOne reads one shot of a reel with its takes, or returns reel.ErrNoShot.
func loadOne(ctx context.Context, q reader, id, shot string) (*reel.Reel, map[string]int, error) {
	r, err := reelHead(ctx, q, id)
	if err != nil {
		return nil, nil, err
	}
	var places map[string]int
	if r.Shots, places, err = loadShots(ctx, q, `s.id = ? AND s.reel = ? AND s.removed = 0`, shot, id); err != nil {
		return nil, nil, err
	}
	if len(r.Shots) == 0 {
		return nil, nil, reel.ErrNoShot
	}
	if err := q.QueryRowContext(ctx, `SELECT `+numberOf+` FROM shots s WHERE s.id = ?`, shot).Scan(&r.First); err != nil {
		return nil, nil, fmt.Errorf("counting shots: %w", err)
	}
	r.First--
	return r, places, loadTakes(ctx, q, r, `shot = ?`, shot)
}

// jsonList returns a list as SQLite's json_each reads it.
func jsonList(list []string) (string, error) {
	if list == nil {
		list = []string{}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("writing a list: %w", err)
	}
	return string(b), nil
}
