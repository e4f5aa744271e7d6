package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// TakePlace is where a job is among the reels: the numbers count from 1.
type TakePlace struct {
	Reel, Name string
	Shot, Take int
}

// TakePlace returns where a job is among the reels, or ErrNotFound.
func (s *Store) TakePlace(ctx context.Context, id string) (p TakePlace, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT r.name, s.name,
 (SELECT count(*) FROM shots x WHERE x.reel = s.reel AND x.removed = 0 AND x.place <= s.place),
 (SELECT count(*) FROM jobs y WHERE y.shot = j.shot AND y.seq <= j.seq)
 FROM jobs j JOIN shots s ON s.id = j.shot JOIN reels r ON r.id = s.reel WHERE j.id = ?`, id).Scan(&p.Reel, &p.Name, &p.Shot, &p.Take)
	if errors.Is(err, sql.ErrNoRows) {
		return p, ErrNotFound
	}
	if err != nil {
		return p, fmt.Errorf("looking for the place of job %s: %w", id, err)
	}
	return p, nil
}
