package store

import (
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

func (s *Store) ballastPath() string { return filepath.Join(filepath.Dir(s.path), "ballast") }

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
