package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"seedreel/state/disk"
)

// ballastBytes is the room freed when the disk is full, enough for the journal
// to store the ids of everything in flight.
const ballastBytes = 4 << 20

const ballastName = "ballast"

func (s *Store) ballastPath() string { return filepath.Join(filepath.Dir(s.path), ballastName) }

// dropBallast frees the ballast; false when there was none.
func (s *Store) dropBallast() bool {
	s.ballast.Lock()
	defer s.ballast.Unlock()
	return os.Remove(s.ballastPath()) == nil
}

// fillBallast creates the ballast unless it is there in full. Its bytes are
// random, if always the same ones: a disk that compresses would store zeros in
// no room.
func (s *Store) fillBallast() error {
	s.ballast.Lock()
	defer s.ballast.Unlock()
	path := s.ballastPath()
	if size(path) == ballastBytes {
		return nil
	}
	b := make([]byte, ballastBytes)
	// ChaCha8.Read never fails (its documentation).
	_, _ = rand.NewChaCha8([32]byte{}).Read(b)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("making the ballast: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		// Half a ballast only takes room away.
		return fmt.Errorf("making the ballast: %w", errors.Join(err, os.Remove(path)))
	}
	return nil
}

// roomForMore ensures that the answer to a new job can be stored in any case.
func (s *Store) roomForMore() error {
	if s.minFree < 0 {
		return nil
	}
	if free, ok := disk.Free(filepath.Dir(s.path)); ok && free < s.minFree {
		return &ErrDiskFull{Free: free, Need: s.minFree}
	}
	if err := s.fillBallast(); err != nil {
		return &ErrDiskFull{Free: -1, Need: s.minFree, Err: err}
	}
	return nil
}

// connectFull opens a store on a full disk: with the room of the ballast, or
// else for reading only. SQLite needs room for the index of the WAL even to
// read; a sole connection keeps it in its own memory instead.
func (s *Store) connectFull(ctx context.Context, journal string, alone bool, cause error) error {
	s.Full = &ErrDiskFull{Free: -1, Need: s.minFree, Err: cause}
	if s.dropBallast() {
		if err := s.disconnect(); err != nil {
			return errors.Join(cause, err)
		}
		if cause = s.connect(ctx, journal); !isFull(cause) {
			return cause
		}
	}
	if !alone {
		return s.Full
	}
	if err := s.disconnect(); err != nil {
		return errors.Join(cause, err)
	}
	s.reading = s.Full
	db, err := sql.Open("sqlite", dsn(s.path, "", "_pragma=locking_mode(EXCLUSIVE)&_pragma=query_only(1)"))
	if err != nil {
		return errors.Join(cause, fmt.Errorf("opening the database: %w", err))
	}
	s.r, s.w = db, nil
	db.SetMaxOpenConns(1)
	var have int
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&have); err != nil {
		return fmt.Errorf("reading the version of the tables: %w", err)
	}
	steps, err := migrations()
	if err != nil {
		return err
	}
	if have != len(steps) {
		return s.Full // the tables cannot be made, or brought to this version
	}
	return nil
}

// FreeBallast gives back the room that the store at a path reserves, for what
// has to be made before it can be opened. It reports whether there was any.
func FreeBallast(path string) bool {
	return os.Remove(filepath.Join(filepath.Dir(path), ballastName)) == nil
}
