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

// column is one column of jobs and its part of a job. cell is scanned into and
// passed as an argument.
type column struct {
	name string
	cell any
	mark mark
}

// mark is a set of a column's properties.
type mark uint8

const (
	// confirmed is written with the job and never again.
	confirmed mark = 1 << iota
	// personal is emptied when the job is deleted from the history.
	personal
)

// columnsOf is the only mapping between a job and its row.
func columnsOf(j *job.Job) []column {
	return []column{
		{"seq", &j.Seq, confirmed},
		{"id", &j.ID, confirmed},
		{"created_ms", &stamp{&j.CreatedAt, true}, confirmed},
		{"provider", &j.Provider, confirmed},
		{"model", &j.Model, confirmed},
		{"practice", &j.Practice, confirmed},
		{"batch", &j.Batch, confirmed},
		{"labels", &words{&j.Labels}, personal},
		{"shot", &j.Shot, 0},
		{"parent", &j.Parent, confirmed},
		{"origin", &j.Origin, confirmed},
		{"order_key", &orNull{&j.Key}, 0},
		{"rating", &j.Rating, personal},
		{"pick", &j.Pick, personal},
		{"rejected", &j.Rejected, personal},
		{"note", &j.Note, personal},
		{"prompt", &j.Prompt, confirmed | personal},
		{"values_json", &asJSON[catalogue.Values]{&j.Values}, confirmed | personal},
		{"handed_json", &asJSON[map[string]string]{&j.Handed}, personal},
		{"seed", &seed{j}, confirmed | personal},
		{"seconds", &j.Seconds, confirmed},
		{"estimate_uusd", &money{&j.Estimate}, confirmed},
		{"estimate_basis", &j.EstimateBasis, confirmed},
		{"charge_uusd", &money{&j.Charge}, 0},
		{"hold_uusd", &money{&j.Hold}, 0},
		{"bill_ms", &stamp{&j.BillAt, false}, 0},
		{"bill_note", &j.BillNote, 0},
		{"account", &j.Account, 0},
		{"state", &j.State, 0},
		{"reason", &j.Reason, 0},
		{"error_code", &j.ErrorCode, personal},
		{"error_text", &j.ErrorText, personal},
		{"owner", &j.Owner, 0},
		{"attempt", &j.Attempt, 0},
		{"posted_ms", &stamp{&j.PostedAt, false}, 0},
		{"remote_id", &orNull{&j.RemoteID}, 0},
		{"word", &j.Word, personal},
		{"submitted_ms", &stamp{&j.SubmittedAt, false}, 0},
		{"ended_ms", &stamp{&j.EndedAt, false}, 0},
		{"saved_ms", &stamp{&j.SavedAt, false}, 0},
		{"next_ms", &stamp{&j.NextAt, false}, 0},
		{"fails", &j.Fails, 0},
		{"waiting", &j.Waiting, 0},
		{"dead_links", &j.DeadLinks, 0},
		{"not_found", &j.NotFound, 0},
		{"no_output", &j.NoOutput, 0},
		{"out_url", &j.Output.URL, personal},
		{"out_expires_ms", &stamp{&j.Output.Expires, false}, 0},
		{"out_path", &j.Output.Path, personal},
		{"out_etag", &j.Output.ETag, personal},
		{"out_bytes", &j.Output.Bytes, 0},
		{"out_sha256", &j.Output.SHA256, personal},
		{"more_json", &asList[job.Output]{&j.More}, personal},
		{"cut_ms", &stamp{&j.CutAt, false}, 0},
		{"ahead_ms", &span{&j.Ahead}, 0},
		{"lookup_json", &asJSON[job.Lookup]{&j.Lookup}, personal},
		{"since_ms", &stamp{&j.Since, false}, 0},
		{"place", &orZero{&j.Place}, 0},
		{"paused", &j.Paused, 0},
	}
}

// earlierBilled computes job.Job.EarlierBilled from the attempts.
const earlierBilled = `EXISTS (SELECT 1 FROM attempts WHERE job_seq = jobs.seq AND current = 0 AND outcome <> 'unbilled')`

// columns lists the columns of a job.Job, in the order of scanJob.
func columns() string {
	var b strings.Builder
	for _, c := range columnsOf(&job.Job{}) {
		b.WriteString("jobs.")
		b.WriteString(c.name)
		b.WriteString(", ")
	}
	b.WriteString(earlierBilled)
	return b.String()
}

// returning returns the clause that gives back the rows of an UPDATE for
// scanJob.
func returning() string { return ` RETURNING ` + columns() }

type scanner interface{ Scan(dest ...any) error }

func scanJob(sc scanner) (*job.Job, error) {
	j := &job.Job{}
	if err := scanCells(sc, cellsOf(j)); err != nil {
		return nil, err
	}
	return j, nil
}

// cellsOf returns what a row is scanned into to become a job.
func cellsOf(j *job.Job) []any {
	all := columnsOf(j)
	cells := make([]any, 0, len(all)+1)
	for i := range all {
		cells = append(cells, all[i].cell)
	}
	return append(cells, &j.EarlierBilled)
}

func scanCells(sc scanner, cells []any) error {
	err := sc.Scan(cells...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("reading a job: %w", err)
	}
	return nil
}

// scanJobs reads all rows and closes them. All go through the same cells, sixty
// of them, which would otherwise be made anew for each row.
func scanJobs(rows *sql.Rows) (jobs []*job.Job, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	var to job.Job
	cells := cellsOf(&to)
	for rows.Next() {
		to = job.Job{} // a map is added to, not replaced
		if err := scanCells(rows, cells); err != nil {
			return nil, err
		}
		j := to
		jobs = append(jobs, &j)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading jobs: %w", err)
	}
	return jobs, nil
}

// insertJobs writes new rows in one statement and sets their numbers.
func insertJobs(ctx context.Context, tx changer, rows []newJob, nonce string) error {
	names := []string{"nonce", "nonce_n", "input_hash"}
	var args []any
	for i := range rows {
		x := &rows[i]
		args = append(args, orNil(nonce), x.n, x.hash)
		for _, c := range columnsOf(&x.job)[1:] { // the database assigns seq
			if i == 0 {
				names = append(names, c.name)
			}
			args = append(args, c.cell)
		}
	}
	row := "(" + strings.Repeat(",?", len(names))[1:] + ")"
	res, err := tx.ExecContext(ctx, `INSERT INTO jobs (`+strings.Join(names, ", ")+`) VALUES `+row+strings.Repeat(","+row, len(rows)-1), args...)
	if err != nil {
		return fmt.Errorf("adding job %s: %w", rows[0].job.ID, err)
	}
	last, err := res.LastInsertId()
	if err != nil {
		return fmt.Errorf("adding job %s: %w", rows[0].job.ID, err)
	}
	for i := range rows {
		rows[i].job.Seq = last - int64(len(rows)-1-i)
	}
	return nil
}

// bySeqOne reads a job by its number.
func bySeqOne(ctx context.Context, tx asker, seq int64) (*job.Job, error) {
	return scanJob(tx.QueryRowContext(ctx, `SELECT `+columns()+` FROM jobs WHERE seq = ?`, seq))
}

// assign returns the assignments of an UPDATE for the columns that take
// selects.
func assign(j *job.Job, take func(mark) bool) (set string, args []any) {
	var names []string
	for _, c := range columnsOf(j) {
		if take(c.mark) {
			names, args = append(names, c.name+"=?"), append(args, c.cell)
		}
	}
	return strings.Join(names, ", "), args
}

// stamp is a time in unix milliseconds, NULL when zero unless needed.
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

// Value returns the milliseconds or NULL.
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

// Value returns the amount or NULL.
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

// Value returns the seed or NULL.
func (c *seed) Value() (driver.Value, error) {
	if !c.j.HasSeed {
		return nil, nil
	}
	return c.j.Seed, nil
}

// orZero is a number, NULL when 0.
type orZero struct{ n *int64 }

// Scan reads the column.
func (c *orZero) Scan(v any) error {
	var n sql.NullInt64
	err := n.Scan(v)
	*c.n = n.Int64
	return err
}

// Value returns the number or NULL.
func (c *orZero) Value() (driver.Value, error) {
	if *c.n == 0 {
		return nil, nil
	}
	return *c.n, nil
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

// Value returns the text or NULL.
func (c *orNull) Value() (driver.Value, error) { return orNil(*c.s), nil }

// words is a set of words with a space around each, so that whole words match.
type words struct{ l *job.Labels }

// Scan reads the column.
func (c *words) Scan(v any) error {
	var s sql.NullString
	err := s.Scan(v)
	if *c.l = strings.Fields(s.String); len(*c.l) == 0 {
		*c.l = nil
	}
	return err
}

// Value returns the words with their spaces.
func (c *words) Value() (driver.Value, error) {
	if len(*c.l) == 0 {
		return "", nil
	}
	return " " + strings.Join(*c.l, " ") + " ", nil
}

// asList is a list as a JSON array, nil when empty.
type asList[E any] struct{ l *[]E }

// Scan reads the column.
func (c *asList[E]) Scan(v any) error {
	var s sql.NullString
	if err := s.Scan(v); err != nil {
		return err
	}
	if s.String == "[]" {
		*c.l = nil // of nearly every row
		return nil
	}
	err := json.Unmarshal([]byte(s.String), c.l)
	if len(*c.l) == 0 {
		*c.l = nil
	}
	return err
}

// Value returns the JSON array or NULL.
func (c *asList[E]) Value() (driver.Value, error) {
	if len(*c.l) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(*c.l)
	return string(b), err
}

// span is a length of time in milliseconds, NULL when not known.
type span struct{ d **time.Duration }

// Scan reads the column.
func (c *span) Scan(v any) error {
	var n sql.NullInt64
	err := n.Scan(v)
	*c.d = nil
	if n.Valid {
		d := time.Duration(n.Int64) * time.Millisecond
		*c.d = &d
	}
	return err
}

// Value returns the milliseconds or NULL.
func (c *span) Value() (driver.Value, error) {
	if *c.d == nil {
		return nil, nil
	}
	return (*c.d).Milliseconds(), nil
}

// asJSON is a map or a record as a JSON object, an empty one when nil.
type asJSON[M any] struct{ m *M }

// Scan reads the column.
func (c *asJSON[M]) Scan(v any) error {
	var s sql.NullString
	if err := s.Scan(v); err != nil {
		return err
	}
	if m, ok := any(c.m).(*map[string]string); ok && s.String == "{}" {
		*m = map[string]string{} // of nearly every row
		return nil
	}
	return json.Unmarshal([]byte(s.String), c.m)
}

// Value returns the JSON object.
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
