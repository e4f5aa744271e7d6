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

// One of soonPart of the latest runs was over by Runs.Soon, which takes
// soonRuns of them.
const soonPart, soonRuns = 10, 5

// Runs is how long a model took for clips of one length, from accepted to seen
// done.
type Runs struct {
	// Median is the middle of the latest runs.
	Median time.Duration
	// Soon is what the shortest tenth of them took at most, 0 if there are too
	// few of them.
	Soon time.Duration
	// N is how many runs that is based on; 0 if nothing is known.
	N int
}

// Runs returns how long a model took for clips of this length. Practice runs are
// kept apart, they are faster.
func (s *Store) Runs(ctx context.Context, provider, model string, seconds int, practice bool) (r Runs, err error) {
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
		return Runs{}, err
	}
	if len(took) == 0 {
		return Runs{}, nil
	}
	slices.Sort(took)
	ms := func(i int) time.Duration { return time.Duration(took[i]) * time.Millisecond }
	r = Runs{Median: ms(len(took) / 2), N: len(took)}
	if r.N >= soonRuns {
		r.Soon = ms(r.N / soonPart)
	}
	return r, nil
}
