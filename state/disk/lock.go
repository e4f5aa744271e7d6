package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// ErrLocked is returned when another process, or another part of this one,
// holds the lock.
var ErrLocked = errors.New("locked by another process")

// retryEvery is how often Wait tries again: the OS does not notify a waiter
// when a file lock is released.
const retryEvery = 5 * time.Millisecond

// Lock is an OS lock on a file, released by Close or when the process ends.
type Lock struct {
	f *os.File
}

// errNoLocks is returned where the file system does not support locks.
var errNoLocks = errors.New("the file system has no locks")

// LockOpen takes an exclusive lock on an open file without waiting and reports
// whether it got it. It always succeeds on a file system without locks, so what
// it protects must be guarded in another way too. The lock ends with the file's
// handle, hence with the process, however that ends.
func LockOpen(f *os.File) (bool, error) {
	err := lockFile(f, false)
	switch {
	case err == nil, errors.Is(err, errNoLocks):
		return true, nil
	case errors.Is(err, ErrLocked):
		return false, nil
	}
	return false, err
}

// TryLock creates the file if it is missing (mode 0600) and locks it, shared or
// exclusively. It does not wait: if the lock is held it returns ErrLocked.
func TryLock(path string, shared bool) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening a lock file: %w", err)
	}
	if err := lockFile(f, shared); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", f.Name(), err), f.Close())
	}
	return &Lock{f: f}, nil
}

// Wait is like TryLock but retries until it has the lock or ctx ends.
func Wait(ctx context.Context, path string, shared bool) (*Lock, error) {
	for {
		l, err := TryLock(path, shared)
		if !errors.Is(err, ErrLocked) {
			return l, err
		}
		t := time.NewTimer(retryEvery)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil, fmt.Errorf("waiting for a lock: %w", ctx.Err())
		case <-t.C:
		}
	}
}

// Close releases the lock and keeps the file.
func (l *Lock) Close() error {
	if l == nil || l.f == nil {
		return nil
	}
	err := errors.Join(Unlock(l.f), l.f.Close())
	l.f = nil
	return err
}

// InPlace reports whether the locked file still has its name. Another process
// may have removed it as stale between creating and locking.
func (l *Lock) InPlace() bool {
	have, err := l.f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(l.f.Name())
	return err == nil && os.SameFile(have, named)
}
