package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// older creates a file with the tables of a version.
func older(t testing.TB, version int) (path string, db *sql.DB) {
	t.Helper()
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "history.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err = sql.Open("sqlite", dsn(path, "WAL", "_txlock=immediate"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if err := migrate(context.Background(), db, path, steps[:version]); err != nil {
		t.Fatal(err)
	}
	return path, db
}

func TestCountersLeaveTheServicesWords(t *testing.T) {
	t.Parallel()
	const beforeCounters = 2
	path, db := older(t, beforeCounters)
	rows := []struct {
		id, state, reason, code string
		fails                   int
		// what is wanted of it
		left              string
		dead, none, empty int
	}{
		{id: "link", state: "completed", code: "expired 3", fails: 20, dead: 3},
		{id: "last", state: "failed", reason: "expired", code: "expired", fails: 8},
		{id: "lost", state: "running", code: "not_found", fails: 2, none: 2},
		{id: "gone", state: "failed", reason: "gone", code: "not_found", fails: 3, none: 3},
		{id: "void", state: "submitted", code: "no_output", fails: 1, empty: 1},
		{id: "their", state: "failed", reason: "moderation", code: "1200", fails: 1, left: "1200"},
		{id: "like", state: "failed", reason: "invalid", code: "not_found", left: "not_found"},
		{id: "same", state: "failed", reason: "provider", code: "expired token", left: "expired token"},
	}
	for _, r := range rows {
		_, err := db.ExecContext(t.Context(), `INSERT INTO jobs (id, created_ms, provider, model, practice, batch, prompt, values_json, handed_json,
 input_hash, seconds, estimate_basis, state, reason, error_code, error_text, owner, attempt, word, fails, waiting, out_url, out_path, out_etag, out_bytes, out_sha256)
 VALUES (?, 1, 'p', 'm', 0, '', '', '{}', '{}', x'00', 5, '', ?, ?, ?, '', '', 1, '', ?, '', '', '', '', 0, '')`, r.id, r.state, r.reason, r.code, r.fails)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path, &clock{t: noon})
	for _, r := range rows {
		j, err := s.Job(t.Context(), r.id)
		if err != nil {
			t.Fatal(err)
		}
		if j.ErrorCode != r.left || j.DeadLinks != r.dead || j.NotFound != r.none || j.NoOutput != r.empty || j.Fails != r.fails {
			t.Errorf("%s came out with code %q and %d, %d, %d of %d", r.id, j.ErrorCode, j.DeadLinks, j.NotFound, j.NoOutput, j.Fails)
		}
		if strings.Contains(j.ErrorCode, "expired ") && r.left == "" {
			t.Errorf("%s counts in words", r.id)
		}
	}
}
