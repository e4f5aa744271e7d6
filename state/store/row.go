package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

// column is one column of jobs and the part of a job that it holds. cell is
// scanned into and passed as an argument.
type column struct {
	name string
	cell any
	// once marks what was confirmed: it is written with the job and never again.
	once bool
}

// columnsOf is the one mapping between a job and its row.
func columnsOf(j *job.Job) []column {
	return []column{
		{"seq", &j.Seq, true},
		{"id", &j.ID, true},
		{"created_ms", &stamp{&j.CreatedAt, true}, true},
		{"provider", &j.Provider, true},
		{"model", &j.Model, true},
		{"practice", &j.Practice, true},
		{"batch", &j.Batch, true},
		{"prompt", &j.Prompt, true},
		{"values_json", &asJSON[catalogue.Values]{&j.Values}, true},
		{"handed_json", &asJSON[map[string]string]{&j.Handed}, false},
		{"seed", &seed{j}, true},
		{"seconds", &j.Seconds, true},
		{"estimate_uusd", &money{&j.Estimate}, true},
		{"estimate_basis", &j.EstimateBasis, true},
		{"charge_uusd", &money{&j.Charge}, false},
		{"state", &j.State, false},
		{"reason", &j.Reason, false},
		{"error_code", &j.ErrorCode, false},
		{"error_text", &j.ErrorText, false},
		{"owner", &j.Owner, false},
		{"attempt", &j.Attempt, false},
		{"posted_ms", &stamp{&j.PostedAt, false}, false},
		{"remote_id", &orNull{&j.RemoteID}, false},
		{"word", &j.Word, false},
		{"submitted_ms", &stamp{&j.SubmittedAt, false}, false},
		{"ended_ms", &stamp{&j.EndedAt, false}, false},
		{"saved_ms", &stamp{&j.SavedAt, false}, false},
		{"next_ms", &stamp{&j.NextAt, false}, false},
		{"fails", &j.Fails, false},
		{"waiting", &j.Waiting, false},
		{"dead_links", &j.DeadLinks, false},
		{"not_found", &j.NotFound, false},
		{"no_output", &j.NoOutput, false},
		{"out_url", &j.Output.URL, false},
		{"out_expires_ms", &stamp{&j.Output.Expires, false}, false},
		{"out_path", &j.Output.Path, false},
		{"out_etag", &j.Output.ETag, false},
		{"out_bytes", &j.Output.Bytes, false},
		{"out_sha256", &j.Output.SHA256, false},
	}
}

// columns names every column that makes a job.Job, in the order of scanJob.
func columns() string {
	var b strings.Builder
	for i, c := range columnsOf(&job.Job{}) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("jobs.")
		b.WriteString(c.name)
	}
	return b.String()
}

// returning gives back the rows of an UPDATE as scanJob reads them.
func returning() string { return ` RETURNING ` + columns() }

type scanner interface{ Scan(dest ...any) error }

func scanJob(sc scanner) (*job.Job, error) {
	j := &job.Job{}
	all := columnsOf(j)
	cells := make([]any, len(all))
	for i := range all {
		cells[i] = all[i].cell
	}
	err := sc.Scan(cells...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading a job: %w", err)
	}
	return j, nil
}

// scanJobs reads all rows and closes them.
func scanJobs(rows *sql.Rows) (jobs []*job.Job, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		j, err := scanJob(rows)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading jobs: %w", err)
	}
	return jobs, nil
}

// insertJob writes a new row and sets j.Seq.
func insertJob(ctx context.Context, tx *sql.Tx, j *job.Job, hash []byte, nonce string, n int) error {
	names, args := []string{"nonce", "nonce_n", "input_hash"}, []any{orNil(nonce), n, hash}
	for _, c := range columnsOf(j)[1:] { // seq is the database's to give
		names, args = append(names, c.name), append(args, c.cell)
	}
	marks := strings.Repeat(",?", len(names))[1:]
	res, err := tx.ExecContext(ctx, `INSERT INTO jobs (`+strings.Join(names, ", ")+`) VALUES (`+marks+`)`, args...)
	if err != nil {
		return fmt.Errorf("adding job %s: %w", j.ID, err)
	}
	if j.Seq, err = res.LastInsertId(); err != nil {
		return fmt.Errorf("adding job %s: %w", j.ID, err)
	}
	return nil
}

// updateJob writes what may change after the confirmation. What was confirmed
// (model, prompt, values, seed, estimate) stays as it was.
func updateJob(ctx context.Context, tx *sql.Tx, j *job.Job) error {
	var set []string
	var args []any
	for _, c := range columnsOf(j) {
		if !c.once {
			set, args = append(set, c.name+"=?"), append(args, c.cell)
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE jobs SET `+strings.Join(set, ", ")+` WHERE seq=?`, append(args, j.Seq)...)
	if err != nil {
		return fmt.Errorf("changing job %s: %w", j.ID, err)
	}
	return nil
}

// stamp is a time as unix milliseconds, NULL when zero unless needed.
type stamp struct {
	t      *time.Time
	needed bool
}

// Scan reads the column.
func (c *stamp) Scan(v any) error {
	var n sql.NullInt64
	err := n.Scan(v)
	*c.t = fromMS(n)
	return err
}

// Value returns what is written.
func (c *stamp) Value() (driver.Value, error) {
	if c.needed {
		return c.t.UnixMilli(), nil
	}
	return ms(*c.t), nil
}

// money is an amount, NULL when not known.
type money struct{ m **usd.Micro }

// Scan reads the column.
func (c *money) Scan(v any) error {
	var n sql.NullInt64
	err := n.Scan(v)
	*c.m = nil
	if n.Valid {
		paid := usd.Micro(n.Int64)
		*c.m = &paid
	}
	return err
}

// Value returns what is written.
func (c *money) Value() (driver.Value, error) { return moneyOrNil(*c.m), nil }

// seed is the job's seed, NULL when it has none.
type seed struct{ j *job.Job }

// Scan reads the column.
func (c *seed) Scan(v any) error {
	var n sql.NullInt64
	err := n.Scan(v)
	c.j.Seed, c.j.HasSeed = n.Int64, n.Valid
	return err
}

// Value returns what is written.
func (c *seed) Value() (driver.Value, error) {
	if !c.j.HasSeed {
		return nil, nil
	}
	return c.j.Seed, nil
}

// orNull is a text, NULL when empty.
type orNull struct{ s *string }

// Scan reads the column.
func (c *orNull) Scan(v any) error {
	var s sql.NullString
	err := s.Scan(v)
	*c.s = s.String
	return err
}

// Value returns what is written.
func (c *orNull) Value() (driver.Value, error) { return orNil(*c.s), nil }

// asJSON is a map as a JSON object, an empty one when nil.
type asJSON[M any] struct{ m *M }

// Scan reads the column.
func (c *asJSON[M]) Scan(v any) error {
	var s sql.NullString
	if err := s.Scan(v); err != nil {
		return err
	}
	return json.Unmarshal([]byte(s.String), c.m)
}

// Value returns what is written.
func (c *asJSON[M]) Value() (driver.Value, error) {
	b, err := json.Marshal(*c.m)
	if string(b) == "null" {
		b = []byte("{}")
	}
	return string(b), err
}

func ms(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func fromMS(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

func moneyOrNil(m *usd.Micro) any {
	if m == nil {
		return nil
	}
	return int64(*m)
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
