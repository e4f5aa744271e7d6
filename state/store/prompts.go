package store

import (
	"context"
	"errors"
	"fmt"
)

// lookedAt is how many of the newest jobs LastPrompts looks at. Takes of one
// shot have the same prompt, so that it is far more than are returned.
const lookedAt = 2000

// LastPrompts returns the prompts of the newest jobs, each once, the newest
// first, most at most.
func (s *Store) LastPrompts(ctx context.Context, most int) (out []string, err error) {
	rows, err := s.r.QueryContext(ctx, `SELECT prompt FROM jobs WHERE deleted_ms IS NULL AND prompt <> '' ORDER BY seq DESC LIMIT ?`, lookedAt)
	if err != nil {
		return nil, fmt.Errorf("reading earlier prompts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	seen := map[string]bool{}
	for rows.Next() && len(out) < most {
		var p string
		if err := rows.Scan(&p); err != nil {
			return nil, fmt.Errorf("reading earlier prompts: %w", err)
		}
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading earlier prompts: %w", err)
	}
	return out, nil
}
