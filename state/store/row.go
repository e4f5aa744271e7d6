package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

// columns is every column that makes a job.Job, in the order of scanJob.
const columns = `jobs.seq, jobs.id, jobs.created_ms, jobs.provider, jobs.model, jobs.practice, jobs.batch, jobs.prompt,
 jobs.values_json, jobs.handed_json, jobs.seed, jobs.seconds, jobs.estimate_uusd, jobs.estimate_basis, jobs.charge_uusd,
 jobs.state, jobs.reason, jobs.error_code, jobs.error_text, jobs.owner, jobs.attempt, jobs.posted_ms, jobs.remote_id,
 jobs.word, jobs.submitted_ms, jobs.ended_ms, jobs.saved_ms, jobs.next_ms, jobs.fails, jobs.waiting,
 jobs.out_url, jobs.out_expires_ms, jobs.out_path, jobs.out_etag, jobs.out_bytes, jobs.out_sha256,
 EXISTS (SELECT 1 FROM attempts WHERE job_seq = jobs.seq AND current = 0 AND outcome <> 'unbilled')`

// returning gives back the rows of an UPDATE as scanJob reads them.
const returning = ` RETURNING ` + columns

type scanner interface{ Scan(dest ...any) error }

func scanJob(sc scanner) (*job.Job, error) {
	var (
		j                               job.Job
		created                         int64
		values, handed                  []byte
		seed, estimate, charge          sql.NullInt64
		posted, submitted, ended, saved sql.NullInt64
		nextAt, expires                 sql.NullInt64
		remote                          sql.NullString
	)
	err := sc.Scan(&j.Seq, &j.ID, &created, &j.Provider, &j.Model, &j.Practice, &j.Batch, &j.Prompt,
		&values, &handed, &seed, &j.Seconds, &estimate, &j.EstimateBasis, &charge,
		&j.State, &j.Reason, &j.ErrorCode, &j.ErrorText, &j.Owner, &j.Attempt, &posted, &remote,
		&j.Word, &submitted, &ended, &saved, &nextAt, &j.Fails, &j.Waiting,
		&j.Output.URL, &expires, &j.Output.Path, &j.Output.ETag, &j.Output.Bytes, &j.Output.SHA256,
		&j.EarlierBilled)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading a job: %w", err)
	}
	if err := json.Unmarshal(values, &j.Values); err != nil {
		return nil, fmt.Errorf("reading the values of job %s: %w", j.ID, err)
	}
	if err := json.Unmarshal(handed, &j.Handed); err != nil {
		return nil, fmt.Errorf("reading the links of job %s: %w", j.ID, err)
	}
	j.CreatedAt = time.UnixMilli(created).UTC()
	j.Seed, j.HasSeed = seed.Int64, seed.Valid
	j.Estimate, j.Charge = money(estimate), money(charge)
	j.PostedAt, j.SubmittedAt, j.EndedAt = fromMS(posted), fromMS(submitted), fromMS(ended)
	j.SavedAt, j.NextAt, j.Output.Expires = fromMS(saved), fromMS(nextAt), fromMS(expires)
	j.RemoteID = remote.String
	return &j, nil
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
	values, err := json.Marshal(j.Values)
	if err != nil {
		return fmt.Errorf("writing the values of job %s: %w", j.ID, err)
	}
	if j.Values == nil {
		values = []byte("{}")
	}
	handed, err := handedJSON(j)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO jobs (id, nonce, nonce_n, created_ms, provider, model, practice, batch, prompt,
 values_json, handed_json, input_hash, seed, seconds, estimate_uusd, estimate_basis, charge_uusd,
 state, reason, error_code, error_text, owner, attempt, posted_ms, remote_id, word, submitted_ms, ended_ms, saved_ms,
 next_ms, fails, waiting, out_url, out_expires_ms, out_path, out_etag, out_bytes, out_sha256)
 VALUES (?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?)`,
		j.ID, orNil(nonce), n, j.CreatedAt.UnixMilli(), j.Provider, j.Model, j.Practice, j.Batch, j.Prompt,
		string(values), handed, hash, seedOrNil(j), j.Seconds, moneyOrNil(j.Estimate), j.EstimateBasis, moneyOrNil(j.Charge),
		string(j.State), string(j.Reason), j.ErrorCode, j.ErrorText, j.Owner, j.Attempt, ms(j.PostedAt), orNil(j.RemoteID),
		j.Word, ms(j.SubmittedAt), ms(j.EndedAt), ms(j.SavedAt), ms(j.NextAt), j.Fails, j.Waiting,
		j.Output.URL, ms(j.Output.Expires), j.Output.Path, j.Output.ETag, j.Output.Bytes, j.Output.SHA256)
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
	handed, err := handedJSON(j)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE jobs SET handed_json=?, charge_uusd=?, state=?, reason=?, error_code=?, error_text=?,
 owner=?, attempt=?, posted_ms=?, remote_id=?, word=?, submitted_ms=?, ended_ms=?, saved_ms=?, next_ms=?, fails=?, waiting=?,
 out_url=?, out_expires_ms=?, out_path=?, out_etag=?, out_bytes=?, out_sha256=? WHERE seq=?`,
		handed, moneyOrNil(j.Charge), string(j.State), string(j.Reason), j.ErrorCode, j.ErrorText,
		j.Owner, j.Attempt, ms(j.PostedAt), orNil(j.RemoteID), j.Word, ms(j.SubmittedAt), ms(j.EndedAt), ms(j.SavedAt),
		ms(j.NextAt), j.Fails, j.Waiting, j.Output.URL, ms(j.Output.Expires), j.Output.Path, j.Output.ETag,
		j.Output.Bytes, j.Output.SHA256, j.Seq)
	if err != nil {
		return fmt.Errorf("changing job %s: %w", j.ID, err)
	}
	return nil
}

func handedJSON(j *job.Job) (string, error) {
	if len(j.Handed) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(j.Handed)
	if err != nil {
		return "", fmt.Errorf("writing the links of job %s: %w", j.ID, err)
	}
	return string(b), nil
}

// InputHash names what a person asked for: service, model and values. The seed
// is left out, because the program draws one where the person gave none.
func InputHash(provider, model string, practice bool, v catalogue.Values) ([]byte, error) {
	v = v.Clone()
	delete(v, catalogue.RoleSeed)
	// Maps marshal with sorted keys, so equal values give equal bytes.
	b, err := json.Marshal(struct {
		Provider, Model string
		Practice        bool
		Values          catalogue.Values
	}{provider, model, practice, v})
	if err != nil {
		return nil, fmt.Errorf("hashing the inputs: %w", err)
	}
	sum := sha256.Sum256(b)
	return sum[:], nil
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

func money(n sql.NullInt64) *usd.Micro {
	if !n.Valid {
		return nil
	}
	m := usd.Micro(n.Int64)
	return &m
}

func moneyOrNil(m *usd.Micro) any {
	if m == nil {
		return nil
	}
	return int64(*m)
}

func seedOrNil(j *job.Job) any {
	if !j.HasSeed {
		return nil
	}
	return j.Seed
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
