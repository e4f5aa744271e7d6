package queue

import (
	"context"
	"fmt"

	"seedreel/state/job"
)

// The ends of the line, for Move.
const (
	ToFirst = -1 << 30
	ToLast  = 1 << 30
)

// Pause holds a waiting job back, or lets it wait for its turn again. It returns
// *store.ErrStale for a job that does not wait.
func (q *Queue) Pause(ctx context.Context, id string, on bool) (*job.Job, error) {
	j, err := q.o.Store.PauseJob(ctx, id, on)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pausing(on), err)
	}
	q.logJob(ctx, "the user decided", j, "what", pausing(on))
	return j, nil
}

func pausing(on bool) string {
	if on {
		return "pausing"
	}
	return "resuming"
}

// PauseLine holds the whole line back, in all processes, or lets it go on. What
// the services have already goes on in any case.
func (q *Queue) PauseLine(ctx context.Context, on bool) error {
	if err := q.o.Store.PauseLine(ctx, on); err != nil {
		return fmt.Errorf("%s: %w", pausing(on), err)
	}
	q.o.Log.InfoContext(ctx, "the user decided", "what", pausing(on)+" the line")
	return nil
}

// Move lets a waiting job leave by places later, or earlier if by is negative.
// It returns the place that the job has then, counted from 1, or
// *store.ErrStale for a job that does not wait.
func (q *Queue) Move(ctx context.Context, id string, by int) (place int, err error) {
	if place, err = q.o.Store.MoveInLine(ctx, id, by); err != nil {
		return 0, fmt.Errorf("moving in line: %w", err)
	}
	return place, nil
}
