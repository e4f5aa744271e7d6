package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// reader is a transaction or the pool of readers.
type reader interface {
	asker
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// eachRow calls scan at each row that a query returns, and stops at its first
// error. what is what the query is for, as errors begin.
func eachRow(ctx context.Context, q reader, what string, scan func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err == nil {
		err = scanEach(rows, scan)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// scanEach calls scan at each row and closes them.
func scanEach(rows *sql.Rows, scan func(rows *sql.Rows) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
