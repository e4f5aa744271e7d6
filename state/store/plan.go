package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"seedreel/client/catalogue"
)

// index is an index that finds the rows of a condition.
type index struct {
	name string
	// part is the condition that the index itself has, "" for none.
	part string
	// ordered is set if its rows come in the order of the list.
	ordered bool
}

// condition is a part of a WHERE.
type condition struct {
	index index
	sql   string
	args  []any
}

// wherer collects conditions.
type wherer struct {
	list []condition
	// never is set if no job can meet them, and listed if a condition is a list
	// of rows, which is the way to find them.
	never, listed bool
}

func (w *wherer) and(cond string, args ...any) { w.using(index{}, cond, args...) }

// using adds a condition that an index finds the rows of.
func (w *wherer) using(x index, cond string, args ...any) {
	if x.part != "" {
		cond = x.part + " AND " + cond
	}
	w.list = append(w.list, condition{index: x, sql: cond, args: args})
}

// or adds a condition that one of the values must meet.
func (w *wherer) or(x index, cond string, values []string, wrap func(string) []any) {
	if len(values) == 0 {
		return
	}
	var args []any
	for _, v := range values {
		args = append(args, wrap(v)...)
	}
	x.ordered = x.name != "" && (len(values) == 1 && strings.HasSuffix(cond, " = ?") || x.name == "jobs_labeled" || x.name == "jobs_noted")
	w.using(x, "("+strings.Join(slices.Repeat([]string{cond}, len(values)), " OR ")+")", args...)
}

// few is how many rows are read and sorted rather than looked for among all,
// and fewer how many are looked up in the index of words one by one.
const few, fewer = 4000, 200

// plan is how the rows of a search are found.
type plan struct {
	from, order string
	where       []string
	args        []any
	// none is set if there are no such rows.
	none bool
}

// planFor decides how to find the rows of a query. The planner of SQLite does
// not know what a person looks for: whether a filter is met by three jobs or by
// all of them. So each filter's own index is asked first, for a few rows.
func (s *Store) planFor(ctx context.Context, q *Query) (*plan, error) {
	f, err := s.parse(ctx, q)
	if err != nil {
		return nil, err
	}
	var pairs []catalogue.Ref
	if len(f.Models)+len(f.Services) > 0 {
		if pairs, err = s.pairs(ctx); err != nil {
			return nil, err
		}
	}
	w := f.conditions(s.now(), q.zone(), pairs)
	p := &plan{from: " FROM jobs", order: "jobs.seq", none: w.never}
	driver, hits, err := s.driver(ctx, w, p)
	if err != nil || p.none {
		return p, err
	}
	p.where = []string{"jobs.deleted_ms IS NULL"}
	words := f.match()
	switch {
	case driver != "" && (hits <= few || words == ""):
		p.from += " INDEXED BY " + driver
	case words == "" && !w.listed && slices.ContainsFunc(w.list, func(c condition) bool { return c.index.name != "" }):
		p.from += " NOT INDEXED"
	}
	switch {
	case words == "":
	case hits <= fewer:
		p.and("EXISTS (SELECT 1 FROM jobs_fts WHERE jobs_fts MATCH ? AND jobs_fts.rowid = jobs.seq)", words)
	case hits <= few:
		p.and("jobs.seq IN (SELECT rowid FROM jobs_fts WHERE jobs_fts MATCH ?)", words)
	default:
		// CROSS JOIN keeps the planner from swapping the two: the words come out
		// newest first without sorting.
		if words, err = s.manyMatch(ctx, f.Words); err != nil {
			return nil, err
		}
		p.from, p.order = " FROM jobs_fts CROSS JOIN jobs ON jobs.seq = jobs_fts.rowid", "jobs_fts.rowid"
		p.and("jobs_fts MATCH ?", words)
	}
	for _, c := range w.list {
		p.and(c.sql, c.args...)
	}
	if f.Before != nil && hits > few && words == "" {
		// All rows above the last one would be read and passed by.
		p.and("jobs.seq <= (SELECT max(seq) FROM jobs INDEXED BY jobs_created WHERE created_ms < ?)", f.Before.begin(s.now(), q.zone()).UnixMilli())
	}
	return p, nil
}

func (p *plan) and(cond string, args ...any) {
	p.where, p.args = append(p.where, cond), append(p.args, args...)
}

// driver returns the index to begin with, "" for none, and how many rows it
// has, as far as they were counted: that of the condition with the fewest rows,
// or of any whose rows come in order.
func (s *Store) driver(ctx context.Context, w *wherer, p *plan) (name string, hits int, err error) {
	hits = few + 1
	for _, c := range w.list {
		if p.none || c.index.name == "" {
			continue
		}
		var n int
		row := s.r.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM jobs INDEXED BY `+c.index.name+` WHERE `+c.sql+` LIMIT ?)`, append(slices.Clone(c.args), few+1)...)
		if err := row.Scan(&n); err != nil {
			return "", 0, fmt.Errorf("looking for jobs: %w", err)
		}
		p.none = p.none || n == 0
		switch {
		case n < hits:
			name, hits = c.index.name, n
		case name == "" && c.index.ordered:
			name = c.index.name
		}
	}
	return name, hits, nil
}

// pairs returns the services and models that there are jobs of. It steps from
// one to the next in the index, as there are few of them and many jobs.
func (s *Store) pairs(ctx context.Context) ([]catalogue.Ref, error) {
	var out []catalogue.Ref
	var at catalogue.Ref
	for {
		next := catalogue.Ref{Provider: at.Provider}
		err := s.r.QueryRowContext(ctx, `SELECT model FROM jobs INDEXED BY jobs_model WHERE provider = ? AND model > ? ORDER BY model LIMIT 1`, at.Provider, at.ID).Scan(&next.ID)
		if errors.Is(err, sql.ErrNoRows) {
			err = s.r.QueryRowContext(ctx, `SELECT provider, model FROM jobs INDEXED BY jobs_model WHERE provider > ? ORDER BY provider, model LIMIT 1`, at.Provider).Scan(&next.Provider, &next.ID)
		}
		if errors.Is(err, sql.ErrNoRows) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("listing models: %w", err)
		}
		out, at = append(out, next), next
	}
}
