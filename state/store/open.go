package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"seedreel/state/disk"
)

// checkAtOpen is the size in bytes up to which a file that was not closed is
// checked before it is used; a larger one is left to Check.
const checkAtOpen = 32 << 20

// Open opens the store, making or upgrading it first. Only one process at a
// time gets through here: two that make the same file at once would hit
// "database is locked" whatever the busy timeout is, as the switch to WAL does
// not wait (4 of 400 tries).
//
// A file that is no database or is damaged is renamed, never deleted, and a
// fresh one takes its place (Store.Recovered). A file of a later version is
// opened for reading only (Store.ReadOnly).
func Open(ctx context.Context, o Options) (*Store, error) {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	s := &Store{path: path, now: o.Now, minFree: o.MinFree, thorough: o.Thorough}
	if s.now == nil {
		s.now = time.Now
	}
	if s.minFree == 0 {
		s.minFree = minFree
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the store's folder: %w", err)
	}
	opening, err := disk.Wait(ctx, path+".lock", false)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	err = s.openLocked(ctx, o.NoWAL)
	if err := errors.Join(err, opening.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store: %w", err), s.Close())
	}
	return s, nil
}

// openLocked does the work of Open under its lock.
func (s *Store) openLocked(ctx context.Context, noWAL bool) error {
	// The network is detected before the file is made: WAL, once written into
	// a file, cannot be removed again on a disk without shared memory.
	s.Network = disk.Network(filepath.Dir(s.path))
	journal := "WAL"
	if s.Network != "" || noWAL {
		journal = "TRUNCATE"
	}
	alone, err := s.alone()
	if err != nil {
		return err
	}
	s.Unclean = alone && size(s.path+"-wal") > 0
	if size(s.path) == 0 {
		if err := s.begin(alone); err != nil {
			return err
		}
	}
	if err := private(s.path); err != nil {
		return err
	}
	if journal == "TRUNCATE" && alone && isWAL(s.path) {
		if err := s.leaveWAL(ctx); err != nil && !isDamaged(err) {
			return err
		}
	}
	err = s.connect(ctx, journal)
	if isFull(err) {
		err = s.connectFull(ctx, journal, alone, err)
	}
	if isDamaged(err) {
		err = s.replace(ctx, journal, alone, err)
	}
	if err != nil {
		return err
	}
	s.Fresh = exists(s.freshPath())
	if s.inUse, err = disk.TryLock(s.path+".inuse", true); err != nil {
		return fmt.Errorf("marking the store as in use: %w", err)
	}
	if s.ReadOnly() == nil {
		// Without ballast new jobs are refused later; reading the history must
		// work all the same.
		if err := s.fillBallast(); disk.Full(err) {
			s.Full = &ErrDiskFull{Free: -1, Need: s.minFree, Err: err}
		}
	}
	return nil
}

// alone reports whether no other process, and no other Store of this one, has
// the file open. The opening lock keeps newcomers out meanwhile.
func (s *Store) alone() (bool, error) {
	l, err := disk.TryLock(s.path+".inuse", false)
	if errors.Is(err, disk.ErrLocked) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("asking who uses the store: %w", err)
	}
	if err := l.Close(); err != nil {
		return false, fmt.Errorf("asking who uses the store: %w", err)
	}
	return true, nil
}

// connect opens the pools, upgrades the tables and ensures that the file can
// be read.
func (s *Store) connect(ctx context.Context, journal string) (err error) {
	// A batch of ten thousand fits into 16 MB of pages; with less of them they
	// are written out and read again while it is added.
	if s.w, err = sql.Open("sqlite", dsn(s.path, journal, "_txlock=immediate&_pragma=cache_size(-16384)")); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	s.w.SetMaxOpenConns(1)
	var have int
	if err := s.w.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&have); err != nil {
		return fmt.Errorf("reading the version of the tables: %w", err)
	}
	steps, err := migrations()
	if err != nil {
		return err
	}
	if known := len(steps); have > known {
		s.newer = &ErrNewer{Have: have, Known: known}
	} else if err := migrate(ctx, s.w, s.path, steps); err != nil {
		return err
	}
	if s.thorough || s.Unclean && size(s.path) <= checkAtOpen {
		if err := soundOrDamaged(ctx, s.w); err != nil {
			return err
		}
	}
	if s.r, err = sql.Open("sqlite", dsn(s.path, journal, "_pragma=query_only(1)")); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	s.r.SetMaxOpenConns(readers)
	var n int
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&n); err != nil {
		return fmt.Errorf("reading the tables: %w", err)
	}
	return nil
}

// dsn returns the name of the file with the settings of each connection. The
// path is escaped, as "?", "#" and "%" have a meaning in a URI.
//
// The driver applies pragmas in the order of their names; without journal the
// mode of the file stays, and locking_mode comes before anything reads it.
func dsn(path, journal, extra string) string {
	if journal != "" {
		extra += "&_pragma=journal_mode(" + journal + ")"
	}
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // "C:/..."
	}
	return "file://" + (&url.URL{Path: p}).EscapedPath() + "?" + extra +
		"&_pragma=busy_timeout(750)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)&_pragma=journal_size_limit(4194304)&_pragma=temp_store(2)"
}

// private creates the file before SQLite does, which would let others read it.
// The -wal and -shm files copy its mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("making the database file: %w", err)
	}
	st, err := f.Stat()
	if err == nil && st.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("making the database file private: %w", err)
	}
	return nil
}

func size(path string) int64 {
	st, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return st.Size()
}
