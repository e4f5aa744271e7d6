package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// runsSeen is the number of latest runs in a median: enough to be steady, few
// enough to follow a service that got faster.
const runsSeen = 51

// MedianRun returns how long a model took for clips of this length, from
// accepted to seen done, and on how many runs that is based (0: nothing is
// known). Practice runs are kept apart, they are faster.
func (s *Store) MedianRun(ctx context.Context, provider, model string, seconds int, practice bool) (median time.Duration, n int, err error) {
	rows, err := s.r.QueryContext(ctx, `SELECT ended_ms - submitted_ms FROM jobs
 WHERE provider = ? AND model = ? AND seconds = ? AND practice = ? AND state IN ('completed', 'saved')
 AND ended_ms > submitted_ms ORDER BY seq DESC LIMIT ?`, provider, model, seconds, practice, runsSeen)
	if err != nil {
		return 0, 0, fmt.Errorf("reading run times: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var took []int64
	for rows.Next() {
		var ms int64
		if err := rows.Scan(&ms); err != nil {
			return 0, 0, fmt.Errorf("reading run times: %w", err)
		}
		took = append(took, ms)
	}
	if err := rows.Err(); err != nil {
		return 0, 0, fmt.Errorf("reading run times: %w", err)
	}
	if len(took) == 0 {
		return 0, 0, nil
	}
	slices.Sort(took)
	return time.Duration(took[len(took)/2]) * time.Millisecond, len(took), nil
}
