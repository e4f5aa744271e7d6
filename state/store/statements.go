package store

import (
	"context"
	"database/sql"
	"fmt"
)

// statements prepares each statement of a transaction once. For thousands of
// rows, reading the text of a statement again takes longer than running it.
type statements struct {
	tx    *sql.Tx
	ready map[string]*sql.Stmt
}

func newStatements(tx *sql.Tx) *statements {
	return &statements{tx: tx, ready: map[string]*sql.Stmt{}}
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if st := s.ready[query]; st != nil {
		return st, nil
	}
	st, err := s.tx.PrepareContext(ctx, query) // the end of the transaction closes it
	if err != nil {
		return nil, fmt.Errorf("preparing a statement: %w", err)
	}
	s.ready[query] = st
	return st, nil
}

// ExecContext runs a statement.
func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext runs a query for one row.
func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := s.prepare(ctx, query)
	if err != nil {
		return s.tx.QueryRowContext(ctx, query, args...) // has the same error
	}
	return st.QueryRowContext(ctx, args...)
}
