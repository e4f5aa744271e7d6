package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"seedreel/state/disk"
)

// freshPath names the file that marks a database as begun and not yet rebuilt.
// It is made before the database, so that a process that dies in between, or
// while rebuilding, leaves the work to the next.
func (s *Store) freshPath() string { return s.path + ".fresh" }

// begin prepares for a database that is missing or empty. The journal of a
// database that was removed is kept: SQLite would delete it.
func (s *Store) begin(alone bool) error {
	if err := s.markFresh(); err != nil {
		return err
	}
	if !s.Unclean || !alone {
		return nil
	}
	aside, err := putAside(s.path, s.now().UTC().Format("20060102-150405"))
	if err != nil {
		return err
	}
	s.Recovered, s.Unclean = aside, false
	return nil
}

// Behind reports whether the newest receipt is of a job that the history never
// had, as after an older copy of it was put back. Rebuild then fills it up.
func (s *Store) Behind(ctx context.Context) (bool, error) {
	if s.Fresh || s.ReadOnly() != nil {
		return false, nil
	}
	last, err := lastReceipt(s.ReceiptsPath())
	if err != nil || last == nil {
		return false, err
	}
	var n int
	err = s.r.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM jobs WHERE id = ?) + (SELECT count(*) FROM jobs WHERE provider = ? AND practice = 0 AND remote_id = ?)`,
		last.ID, last.Service, last.RemoteID).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for the newest receipt: %w", err)
	}
	if n > 0 {
		return false, nil
	}
	s.Fresh = true
	return true, s.markFresh()
}

func (s *Store) markFresh() error {
	f, err := os.OpenFile(s.freshPath(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("marking a new database: %w", err)
	}
	// Not every system can do that, and a failure has no remedy.
	_ = disk.SyncDir(filepath.Dir(s.path))
	return nil
}

// Rebuild runs fill if the database is fresh, in one process at a time, and
// marks it as rebuilt unless fill fails.
func (s *Store) Rebuild(ctx context.Context, fill func() error) (err error) {
	if !s.Fresh || s.ReadOnly() != nil {
		return nil
	}
	l, err := disk.Wait(ctx, s.path+".rebuild", false)
	if err != nil {
		return fmt.Errorf("rebuilding the history: %w", err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if exists(s.freshPath()) {
		if err := fill(); err != nil {
			return err
		}
		if err := os.Remove(s.freshPath()); err != nil {
			return fmt.Errorf("marking the history as rebuilt: %w", err)
		}
	}
	s.Fresh = false
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
