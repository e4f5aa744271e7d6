package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// keepBackups is how many backups from before an upgrade are kept.
const keepBackups = 3

// migrations returns the embedded steps; the n-th of them leads to version n.
func migrations() ([]string, error) {
	entries, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return nil, fmt.Errorf("listing the migrations: %w", err)
	}
	steps := make([]string, 0, len(entries))
	for i, e := range entries {
		n, _, _ := strings.Cut(e.Name(), "_")
		if v, err := strconv.Atoi(n); err != nil || v != i+1 {
			return nil, fmt.Errorf("listing the migrations: %s is not number %d", e.Name(), i+1)
		}
		b, err := migrationFiles.ReadFile("migrations/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading a migration: %w", err)
		}
		steps = append(steps, string(b))
	}
	return steps, nil
}

// migrate brings the tables to the last step. A file that already has tables
// is copied first.
func migrate(ctx context.Context, db *sql.DB, path string, steps []string) error {
	var have int
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&have); err != nil {
		return fmt.Errorf("reading the version of the tables: %w", err)
	}
	if have >= len(steps) {
		return nil
	}
	if have > 0 {
		if err := backup(ctx, db, path, have); err != nil {
			return err
		}
	}
	for v := have + 1; v <= len(steps); v++ {
		if err := step(ctx, db, v, steps[v-1]); err != nil {
			return fmt.Errorf("upgrading the tables to version %d: %w", v, err)
		}
	}
	return nil
}

// step applies one migration and its number, both or neither.
func step(ctx context.Context, db *sql.DB, v int, text string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	err = func() error {
		var have int
		if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&have); err != nil {
			return fmt.Errorf("reading the version: %w", err)
		}
		if have >= v {
			return nil
		}
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("applying: %w", err)
		}
		// A pragma takes no parameters; v is a number of ours.
		if _, err := tx.ExecContext(ctx, `PRAGMA user_version = `+strconv.Itoa(v)); err != nil {
			return fmt.Errorf("setting the version: %w", err)
		}
		return nil
	}()
	if err != nil {
		if rb := tx.Rollback(); rb != nil && !errors.Is(rb, sql.ErrTxDone) {
			return errors.Join(err, rb)
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// backup copies the file before an upgrade to NAME.bak-vN, N being its
// version, and removes the oldest copies.
func backup(ctx context.Context, db *sql.DB, path string, have int) error {
	to := fmt.Sprintf("%s.bak-v%d", path, have)
	tmp := to + ".tmp"
	// VACUUM INTO writes into an empty file; made here so that it is private.
	if err := os.WriteFile(tmp, nil, 0o600); err != nil {
		return fmt.Errorf("making a copy before the upgrade: %w", err)
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, tmp); err != nil {
		return fmt.Errorf("making a copy before the upgrade: %w", err)
	}
	if err := os.Rename(tmp, to); err != nil {
		return fmt.Errorf("making a copy before the upgrade: %w", err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("listing the copies: %w", err)
	}
	for _, e := range entries {
		n, ok := strings.CutPrefix(e.Name(), filepath.Base(path)+".bak-v")
		if v, err := strconv.Atoi(n); ok && err == nil && v <= have-keepBackups {
			if err := os.Remove(filepath.Join(filepath.Dir(path), e.Name())); err != nil {
				return fmt.Errorf("dropping an old copy: %w", err)
			}
		}
	}
	return nil
}
