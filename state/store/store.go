package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"seedreel/state/disk"
)

// Options configures a store.
type Options struct {
	// Path is the database file; its folder is made with mode 0700.
	Path string
	// Now is the clock, UTC; nil means time.Now.
	Now func() time.Time
	// MinFree is the room in bytes that must be free before a new job is
	// accepted; 0 means 64 MB, and a negative number no check.
	MinFree int64
	// Thorough checks the whole file for damage before it is used, regardless
	// of its size and of how it was closed.
	Thorough bool
	// NoWAL keeps the rollback journal, for network disks that are not
	// recognised as such.
	NoWAL bool
}

const (
	// minFree is the default room needed before anything is bought: a clip,
	// its part file and the growth of the journal.
	minFree = 64 << 20
	// readers is the number of connections that only read.
	readers = 2
)

// Store is the open history. All methods may be called from any goroutine, but
// may wait for the disk.
type Store struct {
	// Recovered is the path that a damaged file was renamed to when a fresh
	// one replaced it; normally "".
	Recovered string
	// Fresh is set for a database that was just begun, in the place of a missing,
	// empty or damaged one: the earlier jobs that receipts and clips name are not
	// in it yet. It remains set until Rebuild has succeeded.
	Fresh bool
	// Network names the network file system that the store is on, "" when the
	// disk is local. On a network the rollback journal is used.
	Network string
	// Full is set if the disk was found to be full while opening, else nil: no
	// new job will be accepted until there is room.
	Full *ErrDiskFull
	// Unclean is set if the last program to use the store did not close it.
	Unclean bool

	path     string
	thorough bool
	now      func() time.Time
	minFree  int64
	newer    *ErrNewer
	reading  *ErrDiskFull // only reading was possible
	w, r     *sql.DB
	compiled compiled
	reads    compiled
	inUse    *disk.Lock
	ballast  sync.Mutex
}

// ReadOnly returns why all writes are refused, or nil: *ErrNewer when the file
// is of a later version, *ErrDiskFull when there is no room even to open it for
// writing.
func (s *Store) ReadOnly() error {
	switch {
	case s.newer != nil:
		return s.newer
	case s.reading != nil:
		return s.reading
	}
	return nil
}

// Path returns the path of the database file.
func (s *Store) Path() string { return s.path }

// ReceiptsPath returns the path of the receipts beside the database.
func (s *Store) ReceiptsPath() string { return filepath.Join(filepath.Dir(s.path), "receipts.jsonl") }

// Close closes all connections; the last process to do so folds the WAL into
// the file.
func (s *Store) Close() error {
	var errs []error
	errs = append(errs, s.disconnect())
	if err := errors.Join(append(errs, s.inUse.Close())...); err != nil {
		return fmt.Errorf("closing the store: %w", err)
	}
	return nil
}

// disconnect closes the pools.
func (s *Store) disconnect() error {
	var errs []error
	for _, db := range []*sql.DB{s.r, s.w} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Check checks the whole file for damage, at about 0.1 s per 10 MB, and
// returns the problems found; a sound file has none.
func (s *Store) Check(ctx context.Context) (problems []string, err error) {
	err = eachRow(ctx, s.r, "checking the store", func(rows *sql.Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			problems = append(problems, line)
		}
		return nil
	}, `PRAGMA quick_check`)
	return problems, err
}

// Version returns a number that changes whenever another process has written.
// This process's own writes do not change it.
func (s *Store) Version(ctx context.Context) (int64, error) {
	if s.w == nil {
		return 0, nil // nothing can be written
	}
	var v int64
	// data_version is relative to a connection: always ask the one writer.
	if err := s.w.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&v); err != nil {
		return 0, fmt.Errorf("asking for changes: %w", err)
	}
	return v, nil
}

// write runs one immediate transaction. When the disk is full the ballast is
// dropped and the transaction is run once more, so fn may run twice.
func (s *Store) write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	err := s.writeOnce(ctx, fn)
	if !isFull(err) || !s.dropBallast() {
		return err
	}
	return s.writeOnce(ctx, fn)
}

func (s *Store) writeOnce(ctx context.Context, fn func(tx *sql.Tx) error) (err error) {
	if err := s.ReadOnly(); err != nil {
		return err
	}
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("starting to write: %w", err)
	}
	if err := fn(tx); err != nil {
		if rb := tx.Rollback(); rb != nil && !errors.Is(rb, sql.ErrTxDone) {
			return errors.Join(err, fmt.Errorf("undoing a write: %w", rb))
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		// A commit that failed for want of room may still be open.
		if rb := tx.Rollback(); rb != nil && !errors.Is(rb, sql.ErrTxDone) {
			return errors.Join(fmt.Errorf("writing: %w", err), fmt.Errorf("undoing a write: %w", rb))
		}
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}
