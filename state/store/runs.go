package store

import (
	"context"
	"database/sql"
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
	var took []int64
	err = eachRow(ctx, s.r, "reading run times", func(rows *sql.Rows) error {
		var ms int64
		err := rows.Scan(&ms)
		took = append(took, ms)
		return err
	}, `SELECT ended_ms - submitted_ms FROM jobs
 WHERE provider = ? AND model = ? AND seconds = ? AND practice = ? AND state IN ('completed', 'saved')
 AND ended_ms > submitted_ms ORDER BY seq DESC LIMIT ?`, provider, model, seconds, practice, runsSeen)
	if err != nil {
		return 0, 0, err
	}
	if len(took) == 0 {
		return 0, 0, nil
	}
	slices.Sort(took)
	return time.Duration(took[len(took)/2]) * time.Millisecond, len(took), nil
}
