package store

import (
	"context"
	"fmt"
	"time"

	"seedreel/client/usd"
)

// Committed is the money of a day as the limit for a day counts it: what was
// charged, what may have been, and what jobs that still wait or run will cost.
type Committed struct {
	// Total is all of it, in micro-dollars; Open is the part of jobs that are
	// still under way, of which there are Jobs.
	Total, Open usd.Micro
	Jobs        int
}

// Committed adds up jobs made at from or later, practice or real ones.
func (s *Store) Committed(ctx context.Context, from time.Time, practice bool) (Committed, error) {
	var c Committed
	err := s.r.QueryRowContext(ctx, `SELECT coalesce(sum(coalesce(charge_uusd, estimate_uusd)), 0),
 coalesce(sum(coalesce(charge_uusd, estimate_uusd)) FILTER (WHERE state IN `+openStates+`), 0), count(*) FILTER (WHERE state IN `+openStates+`)
 FROM jobs WHERE practice = ? AND created_ms >= ? AND `+committed, practice, from.UnixMilli()).Scan(&c.Total, &c.Open, &c.Jobs)
	if err != nil {
		return Committed{}, fmt.Errorf("adding up the day: %w", err)
	}
	return c, nil
}

// committed is the condition under which a row counts against the limit: jobs
// that still wait were promised.
const committed = `(state IN ('queued', 'uploading') OR ` + maybeBilled + `)`
