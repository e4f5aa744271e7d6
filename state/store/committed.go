package store

import (
	"context"
	"fmt"
	"time"

	"seedreel/client/usd"
)

// Committed is the money of a day as counted for the day's limit: charges,
// possible charges, and the cost of jobs that still wait or run.
type Committed struct {
	// Total is the sum in micro-dollars; Open is the part of jobs still in
	// progress, of which there are Jobs.
	Total, Open usd.Micro
	Jobs        int
	// Unpriced counts the requests without any figure, which are in neither
	// sum; OpenUnpriced are those still in progress.
	Unpriced, OpenUnpriced int
}

// Committed adds up the attempts made at from or later, practice or real.
func (s *Store) Committed(ctx context.Context, from time.Time, practice bool) (Committed, error) {
	var c Committed
	err := s.r.QueryRowContext(ctx, `SELECT coalesce(sum(`+figure+`), 0),
 coalesce(sum(`+figure+`) FILTER (WHERE j.state IN `+openStates+`), 0), count(*) FILTER (WHERE j.state IN `+openStates+`),
 count(*) FILTER (WHERE `+figure+` IS NULL), count(*) FILTER (WHERE `+figure+` IS NULL AND j.state IN `+openStates+`)
 FROM attempts a LEFT JOIN jobs j ON j.seq = a.job_seq AND a.current = 1
 WHERE a.practice = ? AND a.at_ms >= ? AND a.outcome <> 'unbilled'`, practice, from.UnixMilli()).
		Scan(&c.Total, &c.Open, &c.Jobs, &c.Unpriced, &c.OpenUnpriced)
	if err != nil {
		return Committed{}, fmt.Errorf("adding up the day: %w", err)
	}
	return c, nil
}

// committedSince returns the total of Committed, as a transaction sees it.
func committedSince(ctx context.Context, q asker, from time.Time, practice bool) (spent usd.Micro, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(sum(`+figure+`), 0) FROM attempts a
 WHERE a.practice = ? AND a.at_ms >= ? AND a.outcome <> 'unbilled'`, practice, from.UnixMilli()).Scan(&spent)
	if err != nil {
		return 0, fmt.Errorf("adding up the spending: %w", err)
	}
	return spent, nil
}
