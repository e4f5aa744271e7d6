package store

import (
	"context"
	"fmt"
	"strings"

	"seedreel/state/job"
)

// AmbiguousError is returned for the beginning of an id that several jobs have.
type AmbiguousError struct {
	Text string
	// IDs are some of the jobs.
	IDs []string
}

// Error names some of the jobs.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s may be job %s", e.Text, strings.Join(e.IDs, " or "))
}

// mostNamed is how many jobs an AmbiguousError names.
const mostNamed = 3

// WhichJob returns the job that a person means: by our id, by the service's, or
// by the beginning of one that no other job has. It returns ErrNotFound if there
// is none, *AmbiguousError if there are several.
func (s *Store) WhichJob(ctx context.Context, text string) (*job.Job, error) {
	if text == "" {
		return nil, ErrNotFound
	}
	const last = "\U0010ffff"
	low := strings.ToLower(text)
	for _, try := range []struct {
		where string
		args  []any
	}{
		{"id = ?", []any{low}},
		{"remote_id = ?", []any{text}},
		{"id >= ? AND id < ?", []any{low, low + last}},
		{"remote_id >= ? AND remote_id < ?", []any{text, text + last}},
	} {
		found, err := s.jobs(ctx, `SELECT `+columns()+` FROM jobs WHERE `+try.where+` AND deleted_ms IS NULL ORDER BY seq DESC LIMIT ?`,
			append(try.args, mostNamed)...)
		if err != nil {
			return nil, err
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0], nil
		}
		e := &AmbiguousError{Text: text}
		for _, j := range found {
			e.IDs = append(e.IDs, j.ID)
		}
		return nil, e
	}
	return nil, ErrNotFound
}
