package instance

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"seedreel/state/disk"
)

const (
	folder = "instances"
	suffix = ".lock"
	// idLetters is the length of an id: 60 bits, so that no two are equal.
	idLetters = 12
)

// Instance is this process among all that share a state folder. Its methods are
// safe for concurrent use.
type Instance struct {
	id   string
	dir  string
	lock *disk.Lock
}

// Start draws an id and locks its file in the folder "instances" in the state
// folder, which is created with mode 0700 if missing.
func Start(stateDir string) (*Instance, error) {
	dir := filepath.Join(stateDir, folder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of instances: %w", err)
	}
	// A prober may lock or remove the file between its creation and its
	// locking; another id will do.
	const tries = 20
	for range tries {
		id := strings.ToLower(rand.Text()[:idLetters])
		l, err := disk.TryLock(filepath.Join(dir, id+suffix), false)
		if errors.Is(err, disk.ErrLocked) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("starting an instance: %w", err)
		}
		if l.InPlace() {
			return &Instance{id: id, dir: dir, lock: l}, nil
		}
		if err := l.Close(); err != nil {
			return nil, fmt.Errorf("starting an instance: %w", err)
		}
	}
	return nil, fmt.Errorf("starting an instance: no lock in %d tries", tries)
}

// ID returns the name of this process: 12 letters of a-z2-7.
func (i *Instance) ID() string { return i.id }

// Close ends the identity: from now on others consider it dead.
func (i *Instance) Close() error {
	if err := i.lock.Discard(); err != nil {
		return fmt.Errorf("ending the instance: %w", err)
	}
	return nil
}

// Alive reports whether the process of an id is still running, and removes the
// file of a dead one. If it cannot find out it returns true: taking a living
// process for dead could send a paid request twice.
func (i *Instance) Alive(id string) bool {
	if id == i.id {
		return true
	}
	if !validID(id) {
		return false
	}
	path := filepath.Join(i.dir, id+suffix)
	if _, err := os.Stat(path); err != nil {
		return !errors.Is(err, os.ErrNotExist)
	}
	l, err := disk.TryLock(path, false)
	if err != nil {
		return true
	}
	// Failing to remove it only costs another probe.
	_ = l.Discard()
	return false
}

// Count returns the number of living processes, including this one.
func (i *Instance) Count() int {
	entries, err := os.ReadDir(i.dir)
	if err != nil {
		return 1
	}
	n := 0
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), suffix); ok && i.Alive(id) {
			n++
		}
	}
	return max(n, 1)
}

// validID keeps untrusted text out of a path.
func validID(id string) bool {
	if len(id) != idLetters {
		return false
	}
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
