package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// ErrLocked says that another process, or another part of this one, holds the
// lock.
var ErrLocked = errors.New("locked by another process")

// retryEvery is the pace at which Wait asks again. Nothing tells a waiter that
// an OS file lock came free.
const retryEvery = 5 * time.Millisecond

// Lock is an OS lock on a file. It ends with Close or with the process.
type Lock struct {
	f *os.File
}

// errNoLocks is the answer of a file system that has no locks.
var errNoLocks = errors.New("the file system has no locks")

// LockOpen locks an open file for this holder alone, without waiting, and
// reports whether it is had. A file system without locks gives it to everybody:
// it is for what is guarded in another way too. The lock goes with the file's
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

// TryLock makes the file when it is missing (mode 0600) and locks it: shared
// with other shared holders, or for this holder alone. It does not wait; a
// held lock gives ErrLocked.
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

// Wait is TryLock that asks again until the lock is had or ctx ends.
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

// Close lets go of the lock and leaves the file where it is.
func (l *Lock) Close() error {
	if l == nil || l.f == nil {
		return nil
	}
	err := errors.Join(Unlock(l.f), l.f.Close())
	l.f = nil
	return err
}

// InPlace reports whether the locked file is still the one under its name.
// Somebody may have taken it for stale between the making and the locking.
func (l *Lock) InPlace() bool {
	have, err := l.f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(l.f.Name())
	return err == nil && os.SameFile(have, named)
}
