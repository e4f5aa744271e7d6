package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"

	"seedreel/state/job"
)

// row is a job as read from the disk, with what its columns held there. Only
// the columns that change are written: each index that a column is part of
// costs as much as the row itself.
type row struct {
	*job.Job
	cells []column
	was   []driver.Value
	// holder is the owner of the lease, "" for none.
	holder string
}

// rowColumns lists the columns of a row, in the order of scanRow.
func rowColumns() string { return columns() + `, coalesce(jobs.lease_owner, '')` }

func scanRow(sc scanner) (*row, error) {
	r := &row{}
	var err error
	if r.Job, err = scanJob(also{sc, &r.holder}); err != nil {
		return nil, err
	}
	for _, c := range columnsOf(r.Job) {
		if c.mark&confirmed == 0 {
			r.cells = append(r.cells, c)
		}
	}
	if r.was, err = values(r.cells); err != nil {
		return nil, err
	}
	return r, nil
}

// also scans one cell more than asked for.
type also struct {
	scanner
	cell any
}

// Scan reads the columns.
func (a also) Scan(dest ...any) error { return a.scanner.Scan(append(dest, a.cell)...) }

// values returns what is written for some columns.
func values(cells []column) ([]driver.Value, error) {
	out := make([]driver.Value, len(cells))
	for i := range cells {
		v, err := driver.DefaultParameterConverter.ConvertValue(cells[i].cell)
		if err != nil {
			return nil, fmt.Errorf("encoding %s: %w", cells[i].name, err)
		}
		out[i] = v
	}
	return out, nil
}

// changes returns the assignments of an UPDATE for the columns that have
// changed, and leaves the job as it would be read back. What was confirmed
// (model, prompt, values, seed, estimate) is never among them.
func (r *row) changes() (set []string, args []any, err error) {
	is, err := values(r.cells)
	if err != nil {
		return nil, nil, err
	}
	for i, c := range r.cells {
		if is[i] != r.was[i] {
			set, args = append(set, c.name+" = ?"), append(args, is[i])
		}
		// Also where nothing has changed on disk: an empty map may have become
		// none.
		if sc, ok := c.cell.(sql.Scanner); ok {
			if err := sc.Scan(is[i]); err != nil {
				return nil, nil, fmt.Errorf("decoding %s: %w", c.name, err)
			}
		}
	}
	r.was = is
	return set, args, nil
}

// keepConfirmed undoes what an edit did to the columns that are confirmed: the
// row keeps them.
func keepConfirmed(was, j *job.Job) {
	j.Seq, j.ID, j.CreatedAt, j.Provider, j.Model, j.Practice, j.Batch = was.Seq, was.ID, was.CreatedAt, was.Provider, was.Model, was.Practice, was.Batch
	j.Parent, j.Origin, j.Prompt, j.Values, j.Seed, j.HasSeed = was.Parent, was.Origin, was.Prompt, was.Values, was.Seed, was.HasSeed
	j.Seconds, j.Estimate, j.EstimateBasis, j.EarlierBilled = was.Seconds, was.Estimate, was.EstimateBasis, was.EarlierBilled
}

// update writes what has changed, and the assignments given.
func (r *row) update(ctx context.Context, tx changer, more ...string) error {
	set, args, err := r.changes()
	if err == nil && len(set)+len(more) > 0 {
		_, err = tx.ExecContext(ctx, `UPDATE jobs SET `+strings.Join(append(set, more...), ", ")+` WHERE seq = ?`, append(args, r.Seq)...)
	}
	if err != nil {
		return fmt.Errorf("changing job %s: %w", r.ID, err)
	}
	return nil
}
