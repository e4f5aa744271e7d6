package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"sync"
)

// compiled keeps the statements that are run over and over. Compiling one takes
// several times as long as running it.
type compiled struct {
	mu     sync.Mutex
	byText map[string]*sql.Stmt
}

// find returns a statement, or nil if it is not compiled yet.
func (c *compiled) find(text string) *sql.Stmt {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byText[text]
}

// add compiles statements for the next time. They run just as well uncompiled,
// so a failure is left to the run that it would make fail too.
func (c *compiled) add(ctx context.Context, db *sql.DB, texts []string) {
	for _, text := range texts {
		if c.find(text) != nil {
			continue
		}
		// The writer has a single connection, which others may wait for: it is
		// never asked for under the lock.
		stmt, err := db.PrepareContext(ctx, text) //nolint:sqlclosecheck // closed with the database
		if err != nil {
			return
		}
		c.mu.Lock()
		if c.byText == nil {
			c.byText = map[string]*sql.Stmt{}
		}
		was := c.byText[text]
		c.byText[text] = stmt
		c.mu.Unlock()
		if was != nil {
			_ = was.Close() // nothing runs it but a transaction, which has its own reference
		}
	}
}

// readOften is QueryRowContext of the readers for a statement that is worth
// keeping compiled.
func (s *Store) readOften(ctx context.Context, text string, args ...any) *sql.Row {
	stmt := s.reads.find(text) //nolint:sqlclosecheck // closed with the database
	if stmt == nil {
		s.reads.add(ctx, s.r, []string{text})
		if stmt = s.reads.find(text); stmt == nil { //nolint:sqlclosecheck // closed with the database
			return s.r.QueryRowContext(ctx, text, args...) // which gives the reason
		}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// changer is a transaction.
type changer interface {
	reader
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// often is a transaction whose statements are worth keeping compiled. A text
// that it meets for the first time is compiled for this transaction, and for
// later ones after it: the transaction holds the only connection.
type often struct {
	*sql.Tx
	kept   *compiled
	here   map[string]*sql.Stmt
	missed map[string]bool
}

// writeOften is like write for statements that are run over and over.
func (s *Store) writeOften(ctx context.Context, fn func(tx *often) error) error {
	return s.often(ctx, s.write, fn)
}

// often runs a transaction whose statements are run over and over.
func (s *Store) often(ctx context.Context, write writer, fn func(tx *often) error) error {
	missed := map[string]bool{}
	err := write(ctx, func(tx *sql.Tx) error {
		return fn(&often{Tx: tx, kept: &s.compiled, here: map[string]*sql.Stmt{}, missed: missed})
	})
	if err == nil && len(missed) > 0 {
		s.compiled.add(ctx, s.w, slices.Sorted(maps.Keys(missed)))
	}
	return err
}

// stmt returns a statement as part of the transaction, which closes it, or nil
// if it cannot be compiled: running its text gives the reason.
func (o *often) stmt(ctx context.Context, text string) *sql.Stmt {
	st := o.here[text]
	if st != nil {
		return st
	}
	if kept := o.kept.find(text); kept != nil {
		st = o.StmtContext(ctx, kept)
	} else {
		o.missed[text] = true
		var err error
		if st, err = o.PrepareContext(ctx, text); err != nil {
			return nil
		}
	}
	o.here[text] = st
	return st
}

// ExecContext runs a statement that returns no rows.
func (o *often) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if stmt := o.stmt(ctx, text); stmt != nil { //nolint:sqlclosecheck // closed with the transaction
		return stmt.ExecContext(ctx, args...)
	}
	return o.Tx.ExecContext(ctx, text, args...)
}

// QueryContext runs a statement that returns rows.
func (o *often) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if stmt := o.stmt(ctx, text); stmt != nil { //nolint:sqlclosecheck // closed with the transaction
		return stmt.QueryContext(ctx, args...)
	}
	return o.Tx.QueryContext(ctx, text, args...)
}

// QueryRowContext runs a statement that returns at most one row.
func (o *often) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if stmt := o.stmt(ctx, text); stmt != nil { //nolint:sqlclosecheck // closed with the transaction
		return stmt.QueryRowContext(ctx, args...)
	}
	return o.Tx.QueryRowContext(ctx, text, args...)
}
