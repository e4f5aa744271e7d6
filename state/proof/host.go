package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/store"
)

// past fills a home with n finished jobs: one is added as the program does it,
// the others are copies of its row.
func (l *lab) past(ctx context.Context, home string, n int) error {
	st, err := open(ctx, home)
	if err != nil {
		return err
	}
	m := l.model(sellerOf(0), "text-to-video")
	prompt := "a fox runs through snow, slow push in, soft light of the morning, number "
	first := &job.Job{
		ID: "old", CreatedAt: time.Now().UTC().Add(-time.Duration(n) * time.Minute), Provider: m.Provider, Model: m.ID, Prompt: prompt,
		Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt)}, State: job.Failed, Reason: job.ReasonModeration,
	}
	_, err = st.Record(ctx, []*job.Job{first}, "")
	if err = errors.Join(err, st.Close()); err != nil {
		return err
	}
	return withDB(ctx, home, func(db *sql.DB) error { return copies(ctx, db, n-1) })
}

func copies(ctx context.Context, db *sql.DB, n int) (err error) {
	rows, err := db.QueryContext(ctx, `SELECT name FROM pragma_table_info('jobs') WHERE name NOT IN ('seq', 'nonce', 'nonce_n')`)
	if err != nil {
		return fmt.Errorf("listing columns: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var into, from []string
	own := map[string]string{"id": "id || i", "prompt": "prompt || i", "created_ms": "created_ms + 60000 * i"}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return fmt.Errorf("listing columns: %w", err)
		}
		into = append(into, name)
		if expr, ok := own[name]; ok {
			name = expr
		}
		from = append(from, name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("listing columns: %w", err)
	}
	_, err = db.ExecContext(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
 INSERT INTO jobs (`+strings.Join(into, ", ")+`) SELECT `+strings.Join(from, ", ")+` FROM n, jobs WHERE jobs.id = 'old'`, n)
	if err != nil {
		return fmt.Errorf("copying rows: %w", err)
	}
	return nil
}

// withDB opens the database file directly.
func withDB(ctx context.Context, home string, do func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", filepath.Join(home, "data", "seedreel.db"))
	if err != nil {
		return fmt.Errorf("opening the file: %w", err)
	}
	return errors.Join(do(db), db.Close(), ctx.Err())
}

// migrations kills processes while they upgrade the tables, at a random moment,
// and expects every row afterwards.
func migrations(ctx context.Context, l *lab) (figure, error) {
	home, err := l.home("http://127.0.0.1:1")
	if err != nil {
		return figure{}, err
	}
	const have = 3000
	if err := l.past(ctx, home, have); err != nil {
		return figure{}, err
	}
	if err := age(ctx, home); err != nil {
		return figure{}, err
	}
	path := filepath.Join(home, "data", "seedreel.db")
	old, err := os.ReadFile(path)
	if err != nil {
		return figure{}, fmt.Errorf("reading the history as it was: %w", err)
	}
	want, kills, lost := l.rounds(8, 120), 0, 0
	span := time.Duration(0) // how long it takes without a kill
	for tries := 0; kills < want && tries < 4*want; tries++ {
		if err := restore(path, old); err != nil {
			return figure{}, err
		}
		began := time.Now()
		p, err := l.start(ctx, home, nil, "jobs")
		if err != nil {
			return figure{}, err
		}
		var t *time.Timer
		if span > 0 {
			t = time.AfterFunc(time.Duration(roll(int(span))), p.kill)
		}
		<-p.dead
		if t != nil {
			t.Stop()
		}
		if p.killed() {
			kills++
		} else if took := time.Since(began); span == 0 || took < span {
			span = took
		}
		if code, said, err := l.runs(ctx, home, "jobs"); err != nil || code != 0 {
			return figure{rounds: fmt.Sprint(kills), seen: fmt.Sprintf("it does not open any more: %s", said), bad: 1}, err
		}
		a, err := check(ctx, home, nil, nil)
		if err != nil {
			return figure{}, err
		}
		lost += have - a.jobs + a.damaged
	}
	return figure{rounds: fmt.Sprintf("%d kills", kills), seen: fmt.Sprintf("%d rows lost of %d", lost, have), bad: lost}, ctx.Err()
}

// restore makes a database what it was, without the journal of a later run.
func restore(path string, old []byte) error {
	for _, journal := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + journal); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("taking the history back: %w", err)
		}
	}
	if err := os.WriteFile(path, old, 0o600); err != nil {
		return fmt.Errorf("taking the history back: %w", err)
	}
	return nil
}

// age turns the tables into those of the first version.
func age(ctx context.Context, home string) error {
	steps := []string{
		`DROP TRIGGER IF EXISTS jobs_fts_before`, `DROP TRIGGER IF EXISTS jobs_fts_after`, `DROP TRIGGER IF EXISTS shots_fts_before`, `DROP TRIGGER IF EXISTS shots_fts_after`,
		`DROP TRIGGER IF EXISTS shots_fts_insert`, `DROP TRIGGER IF EXISTS shots_fts_delete`, `DROP TRIGGER IF EXISTS jobs_fts_insert`, `DROP TRIGGER IF EXISTS jobs_fts_delete`,
		`DROP TABLE IF EXISTS jobs_terms`, `DROP TABLE jobs_fts`, `DROP VIEW IF EXISTS jobs_words`,
		`CREATE VIRTUAL TABLE jobs_fts USING fts5 (prompt, content = 'jobs', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')`,
		`INSERT INTO jobs_fts (jobs_fts) VALUES ('rebuild')`,
		`CREATE TRIGGER jobs_fts_insert AFTER INSERT ON jobs BEGIN INSERT INTO jobs_fts (rowid, prompt) VALUES (new.seq, new.prompt); END`,
		`CREATE TRIGGER jobs_fts_delete AFTER DELETE ON jobs BEGIN INSERT INTO jobs_fts (jobs_fts, rowid, prompt) VALUES ('delete', old.seq, old.prompt); END`,
		`CREATE TRIGGER jobs_fts_update AFTER UPDATE OF prompt ON jobs BEGIN INSERT INTO jobs_fts (jobs_fts, rowid, prompt) VALUES ('delete', old.seq, old.prompt); INSERT INTO jobs_fts (rowid, prompt) VALUES (new.seq, new.prompt); END`,
		`DROP TABLE IF EXISTS attempts`, `DROP TABLE IF EXISTS reel_changes`, `DROP TABLE IF EXISTS shots`, `DROP TABLE IF EXISTS reels`,
		`DROP INDEX IF EXISTS jobs_shot`, `DROP INDEX IF EXISTS jobs_pick`, `DROP INDEX IF EXISTS jobs_key`,
		`DROP INDEX IF EXISTS jobs_bill`, `DROP INDEX IF EXISTS jobs_bill_note`, `DROP INDEX IF EXISTS jobs_rated`, `DROP INDEX IF EXISTS jobs_seed`,
		`DROP INDEX IF EXISTS jobs_line`, `DROP INDEX IF EXISTS jobs_live`, `DROP INDEX IF EXISTS jobs_model`, `DROP INDEX IF EXISTS jobs_practice`, `DROP INDEX IF EXISTS jobs_reason`, `DROP INDEX IF EXISTS jobs_cost`,
		`DROP INDEX IF EXISTS jobs_ratio`, `DROP INDEX IF EXISTS jobs_origin`, `DROP INDEX IF EXISTS jobs_picked`, `DROP INDEX IF EXISTS jobs_rejected`, `DROP INDEX IF EXISTS jobs_labeled`, `DROP INDEX IF EXISTS jobs_noted`,
	}
	for _, column := range []string{"shot", "parent", "origin", "order_key", "rating", "pick", "rejected", "note", "dead_links", "not_found", "no_output", "labels", "more_json", "since_ms", "account", "hold_uusd", "bill_ms", "bill_note", "cut_ms", "ahead_ms", "lookup_json", "place", "paused"} {
		steps = append(steps, `ALTER TABLE jobs DROP COLUMN `+column)
	}
	steps = append(steps, `PRAGMA user_version = 1`)
	return withDB(ctx, home, func(db *sql.DB) error {
		for _, step := range steps {
			if _, err := db.ExecContext(ctx, step); err != nil {
				return fmt.Errorf("ageing the history: %s: %w", step, err)
			}
		}
		return nil
	})
}

// history repeatedly opens a long history and reads its first page.
func history(ctx context.Context, l *lab) (figure, error) {
	home, err := l.home("http://127.0.0.1:1")
	if err != nil {
		return figure{}, err
	}
	n := l.rounds(100_000, 1_000_000)
	if err := l.past(ctx, home, n); err != nil {
		return figure{}, err
	}
	var took []time.Duration
	for range 21 {
		st, err := store.Open(ctx, store.Options{Path: filepath.Join(home, "data", "seedreel.db"), Now: time.Now})
		if err != nil {
			return figure{}, err
		}
		began := time.Now()
		page, _, err := st.Page(ctx, store.Query{})
		took = append(took, time.Since(began))
		if err = errors.Join(err, st.Close()); err != nil || len(page) == 0 {
			return figure{}, fmt.Errorf("a page of %d: %w", len(page), err)
		}
	}
	slices.Sort(took)
	f := figure{
		rounds: fmt.Sprintf("%d rows, 21 opens", n),
		seen:   fmt.Sprintf("median %.1f ms, worst %.1f ms", ms(took[10]), ms(took[20])),
	}
	if took[10] > 20*time.Millisecond {
		f.bad = 1
	}
	return f, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// goTest counts the tests of a package, including subtests, and expects at
// least so many of them to pass and none to fail. A short run leaves it to the
// tests themselves, which are run beside it.
func goTest(pkg, run string, least int, env ...string) func(context.Context, *lab) (figure, error) {
	return func(ctx context.Context, l *lab) (figure, error) {
		if l.short {
			return skipped("short: go test runs them"), nil
		}
		said, err := l.test(ctx, env, pkg, run)
		passed, failed := strings.Count(said, "--- PASS"), strings.Count(said, "--- FAIL")
		f := figure{rounds: fmt.Sprintf("%d tests", passed+failed), seen: fmt.Sprintf("%d failed", failed), bad: failed}
		if err != nil && failed == 0 {
			return f, fmt.Errorf("%w: %s", err, tail(said))
		}
		if passed+failed < least {
			return f, fmt.Errorf("%d tests ran, %d are wanted", passed+failed, least)
		}
		return f, nil
	}
}

func (l *lab) test(ctx context.Context, env []string, pkg, run string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-v", "-timeout=60m", "-run", run, pkg)
	cmd.Dir = l.root
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("testing %s: %w", pkg, err)
	}
	return string(out), nil
}

func tail(s string) string {
	const most = 300
	s = strings.TrimSpace(s)
	return s[max(len(s)-most, 0):]
}

var hostileFigure = regexp.MustCompile(`hostile: (\d+) inputs, (\d+) unsafe`)

// hostile counts the tests that draw text which attacks terminals. They belong
// to the package that draws, above this one.
func hostile(ctx context.Context, l *lab) (figure, error) {
	n := l.rounds(200_000, 10_000_000)
	said, err := l.test(ctx, []string{"SEEDREEL_HOSTILE=" + strconv.Itoa(n)}, "./ui/safe", "^(TestAttacksLeaveNothingBehind|TestHostileTextLeavesNothingBehind)$")
	m := hostileFigure.FindStringSubmatch(said)
	if m == nil {
		return figure{}, fmt.Errorf("no figure: %w: %s", err, tail(said))
	}
	bad, convErr := strconv.Atoi(m[2])
	bad += strings.Count(said, "--- FAIL")
	return figure{
		rounds: fmt.Sprintf("%d named, %s generated", strings.Count(said, "--- PASS: TestAttacks")-1, m[1]), seen: m[2] + " unsafe", bad: bad,
	}, convErr
}
