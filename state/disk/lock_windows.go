//go:build windows

package disk

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile locks one byte of the file. Windows locks are mandatory, so the byte
// lies far beyond any content.
func lockFile(f *os.File, shared bool) error {
	var how uint32 = windows.LOCKFILE_FAIL_IMMEDIATELY
	if !shared {
		how |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, lockedByte())
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return ErrLocked
	case err != nil:
		return fmt.Errorf("asking for the lock: %w", err)
	}
	return nil
}

// Unlock releases the lock of an open file.
func Unlock(f *os.File) error {
	if err := windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, lockedByte()); err != nil {
		return fmt.Errorf("letting go of a lock: %w", err)
	}
	return nil
}

func lockedByte() *windows.Overlapped {
	return &windows.Overlapped{OffsetHigh: 0x7fff_ffff}
}

// Discard closes the file before removing it, as Windows does not remove open
// files; a file that another process has just opened therefore stays.
func (l *Lock) Discard() error {
	name := l.f.Name()
	return errors.Join(l.Close(), os.Remove(name))
}
