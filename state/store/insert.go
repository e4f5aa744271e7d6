package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// Insert adds jobs that were just confirmed, all or none, and returns them as
// stored. It returns *ErrBudget, *ErrUnpriced, *ErrDuplicate or *ErrDiskFull
// if they are refused.
func (s *Store) Insert(ctx context.Context, jobs []*job.Job, g guard.Guard) ([]*job.Job, error) {
	t, ok := g.Terms()
	if !ok {
		return nil, ErrNoGuard
	}
	if err := s.ReadOnly(); err != nil {
		return nil, err
	}
	if err := s.roomForMore(); err != nil {
		return nil, err
	}
	// The ballast is for the answers to what was sent.
	return s.insert(ctx, jobs, &t, s.writeOnce)
}

// Record adds jobs that were sent already: made elsewhere, or known from a
// receipt or a clip. It orders nothing, so a job that could still be sent is
// refused. Under a non-empty key a second call adds nothing and returns the
// jobs of the first.
func (s *Store) Record(ctx context.Context, jobs []*job.Job, key string) ([]*job.Job, error) {
	for _, j := range jobs {
		switch j.State {
		case job.Submitted, job.Running, job.Completed, job.Saved, job.Failed, job.Uncertain:
		case job.Queued, job.Uploading, job.Submitting:
			return nil, fmt.Errorf("recording job %s, which is %s: %w", j.ID, j.State, ErrNoGuard)
		}
	}
	return s.insert(ctx, jobs, &guard.Terms{Nonce: key}, s.write)
}

// writer runs one transaction.
type writer func(ctx context.Context, fn func(tx *sql.Tx) error) error

func (s *Store) insert(ctx context.Context, jobs []*job.Job, t *guard.Terms, write writer) ([]*job.Job, error) {
	var stored []*job.Job
	err := s.often(ctx, write, func(tx *often) error {
		var err error
		stored = nil // it may run twice
		if t.Nonce != "" {
			if stored, err = byNonce(ctx, tx.Tx, t.Nonce); err != nil || len(stored) > 0 {
				return err
			}
		}
		stored, err = insertAll(ctx, tx, jobs, t)
		return err
	})
	if isFull(err) {
		return nil, &ErrDiskFull{Free: -1, Need: s.minFree, Err: err}
	}
	if err != nil {
		return nil, err
	}
	return stored, nil
}

// insertAll adds the jobs in order. One whose key is taken is not added; the
// job that has the key is returned in its place.
func insertAll(ctx context.Context, tx *often, jobs []*job.Job, t *guard.Terms) ([]*job.Job, error) {
	stored, hashes := make([]*job.Job, len(jobs)), make([][]byte, len(jobs))
	known, err := knownKeys(ctx, tx, jobs)
	if err != nil {
		return nil, err
	}
	var attempts []*Attempt
	for i, j := range jobs {
		if hashes[i], err = InputHash(j.Provider, j.Model, j.Practice, j.Values); err != nil {
			return nil, err
		}
		if known[j.Key] {
			if stored[i], err = keyed(ctx, tx, j, hashes[i]); err != nil {
				return nil, err
			}
		}
		if stored[i] != nil {
			continue
		}
		attempts = append(attempts, attemptOf(j, job.AttemptFirst, j.CreatedAt, t.Ceiling))
		if !t.Distinct {
			continue
		}
		earlier, err := same(ctx, tx, hashes[i], j)
		if err != nil {
			return nil, err
		}
		if earlier != nil && !slices.Contains(t.Repeats, earlier.ID) {
			return nil, earlier
		}
	}
	if err := checkBudget(ctx, tx.Tx, attempts, t); err != nil {
		return nil, err
	}
	add := adding{tx: tx, nonce: t.Nonce}
	next := 0
	for i, j := range jobs {
		if stored[i] != nil {
			continue
		}
		if err := add.one(ctx, newJob{job: *j, attempt: attempts[next], hash: hashes[i], n: i}); err != nil {
			return nil, err
		}
		next++
	}
	if err := add.flush(ctx); err != nil {
		return nil, err
	}
	return stored, readBack(ctx, tx, jobs, stored, add.seqs)
}

// readBack fills in the jobs that were added, so that the caller has what is on
// the disk.
func readBack(ctx context.Context, tx changer, jobs, stored []*job.Job, seqs []int64) error {
	fresh, err := bySeq(ctx, tx, seqs)
	if err != nil {
		return err
	}
	next := 0
	for i := range stored {
		if stored[i] != nil {
			continue
		}
		if stored[i] = fresh[next]; stored[i].ID != jobs[i].ID {
			return fmt.Errorf("adding job %s: its row is that of %s", jobs[i].ID, stored[i].ID)
		}
		next++
	}
	return nil
}

// rowsAtOnce is how many jobs a statement adds. SQLite copies each page that a
// statement changes first, and the same ones for every job; the word index is
// written once for each statement, too.
const rowsAtOnce = 32

// newJob is a job that is being added, the n-th of its order.
type newJob struct {
	job     job.Job
	attempt *Attempt
	hash    []byte
	n       int
}

// adding adds jobs, their shots if those are new, and their attempts.
type adding struct {
	tx    changer
	nonce string
	// rows wait for the statement that adds them, seqs are the numbers of those
	// that were added.
	rows []newJob
	seqs []int64
}

// one adds a job, with others of its kind.
func (a *adding) one(ctx context.Context, x newJob) error {
	j := &x.job
	if j.Shot == "" || j.RemoteID != "" || j.Pick {
		// What is asked about these is answered by the jobs before, too.
		if err := a.flush(ctx); err != nil {
			return err
		}
	}
	if err := unclaimed(ctx, a.tx, j); err != nil {
		return err
	}
	j.BillAt = j.NextBill(j.EndedAt, false)
	if err := giveShot(ctx, a.tx, j); err != nil {
		return err
	}
	a.rows = append(a.rows, x)
	if len(a.rows) < rowsAtOnce {
		return nil
	}
	return a.flush(ctx)
}

// flush adds the jobs that wait. Fewer than fill a statement are added one by
// one, so that there are two statements and no more.
func (a *adding) flush(ctx context.Context) error {
	step := 1
	if len(a.rows) == rowsAtOnce {
		step = rowsAtOnce
	}
	for i := 0; i < len(a.rows); i += step {
		if err := insertJobs(ctx, a.tx, a.rows[i:i+step], a.nonce); err != nil {
			return err
		}
	}
	for i := range a.rows {
		x := &a.rows[i]
		if _, err := insertAttempt(ctx, a.tx, x.attempt, &x.job, ""); err != nil {
			return err
		}
		if err := addEvent(ctx, a.tx, x.job.Seq, x.job.CreatedAt, "added", change{To: x.job.State, Estimate: x.job.Estimate}); err != nil {
			return err
		}
		a.seqs = append(a.seqs, x.job.Seq)
	}
	a.rows = a.rows[:0]
	return nil
}

// bySeq returns jobs by their ascending numbers, all of which there are.
func bySeq(ctx context.Context, tx changer, seqs []int64) ([]*job.Job, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(seqs)
	if err != nil {
		return nil, fmt.Errorf("reading jobs: %w", err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+columns()+` FROM jobs WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`, string(b))
	if err != nil {
		return nil, fmt.Errorf("reading jobs: %w", err)
	}
	jobs, err := scanJobs(rows)
	if err == nil && len(jobs) != len(seqs) {
		err = fmt.Errorf("reading jobs: %d of %d", len(jobs), len(seqs))
	}
	return jobs, err
}

func byNonce(ctx context.Context, tx *sql.Tx, nonce string) ([]*job.Job, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+columns()+` FROM jobs WHERE nonce = ? ORDER BY nonce_n`, nonce)
	if err != nil {
		return nil, fmt.Errorf("looking for the order: %w", err)
	}
	return scanJobs(rows)
}

// checkBudget counts waiting jobs as spent: they are promised. Practice has
// sums of its own under the same limit, so that it is a rehearsal.
func checkBudget(ctx context.Context, tx *sql.Tx, attempts []*Attempt, t *guard.Terms) error {
	if t.Limit == nil {
		return nil
	}
	limit, err := t.Limit()
	if err != nil {
		return fmt.Errorf("reading the limit: %w", err)
	}
	if limit <= 0 {
		return nil
	}
	for _, practice := range []bool{false, true} {
		var want usd.Micro
		n := 0
		for _, a := range attempts {
			if a.Practice != practice {
				continue
			}
			n++
			switch {
			case a.Charge != nil:
				want = want.Plus(max(*a.Charge, 0))
			case a.Estimate != nil:
				want = want.Plus(max(*a.Estimate, 0))
			case a.Ceiling != nil:
				want = want.Plus(max(*a.Ceiling, 0))
			default:
				return &ErrUnpriced{Limit: limit}
			}
		}
		if n == 0 {
			continue
		}
		spent, err := committedSince(ctx, tx, t.Since, practice)
		if err != nil {
			return err
		}
		if sum := spent.Plus(want); sum > limit && sum > t.Agreed {
			return &ErrBudget{Spent: spent, Limit: limit, Want: want}
		}
	}
	return nil
}

// Same returns the newest earlier job that j would repeat, nil when there is
// none: the same service, model, values and seed, and not refused.
func (s *Store) Same(ctx context.Context, j *job.Job) (*ErrDuplicate, error) {
	hash, err := InputHash(j.Provider, j.Model, j.Practice, j.Values)
	if err != nil {
		return nil, err
	}
	return same(ctx, s.r, hash, j)
}

// Repeats returns those of the jobs that an earlier one may equal: of the rest
// it is certain that Same finds none.
func (s *Store) Repeats(ctx context.Context, jobs []*job.Job) (maybe []bool, err error) {
	hashes := make([]string, len(jobs))
	for i, j := range jobs {
		hash, err := InputHash(j.Provider, j.Model, j.Practice, j.Values)
		if err != nil {
			return nil, err
		}
		hashes[i] = hex.EncodeToString(hash)
	}
	b, err := json.Marshal(hashes)
	if err != nil {
		return nil, fmt.Errorf("looking for the same inputs: %w", err)
	}
	known := map[string]bool{}
	err = eachRow(ctx, s.r, "looking for the same inputs", func(rows *sql.Rows) error {
		var hash string
		err := rows.Scan(&hash)
		known[hash] = true
		return err
	}, `SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM jobs WHERE input_hash = unhex(value))`, string(b))
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(jobs))
	for i, hash := range hashes {
		out[i] = known[hash]
	}
	return out, nil
}

// asker is a transaction or the pool of readers.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// same skips jobs that are proved to have cost nothing: sending one of those
// again is the usual thing to do.
func same(ctx context.Context, q asker, hash []byte, j *job.Job) (*ErrDuplicate, error) {
	var id string
	var at int64
	err := q.QueryRowContext(ctx, `SELECT id, created_ms FROM jobs WHERE input_hash = ? AND seed IS ? AND deleted_ms IS NULL AND id <> ?
 AND EXISTS (SELECT 1 FROM attempts a WHERE a.job_seq = jobs.seq AND a.outcome <> 'unbilled')
 ORDER BY created_ms DESC LIMIT 1`, hash, &seed{j}, j.ID).Scan(&id, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // nothing found is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("looking for the same inputs: %w", err)
	}
	return &ErrDuplicate{ID: id, At: time.UnixMilli(at).UTC()}, nil
}

// InputHash returns a digest of a request: service, model and values. The seed
// is left out, because the program draws one if the user gave none.
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
