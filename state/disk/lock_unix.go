//go:build unix

package disk

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes a flock, which belongs to the open file and not to the
// process: closing another descriptor of the same file does not drop it.
func lockFile(f *os.File, shared bool) error {
	how := unix.LOCK_EX
	if shared {
		how = unix.LOCK_SH
	}
	for {
		err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EWOULDBLOCK):
			return ErrLocked
		case errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOLCK):
			return fmt.Errorf("%w: %w", errNoLocks, err)
		case err != nil:
			return fmt.Errorf("asking for the lock: %w", err)
		default:
			return nil
		}
	}
}

// Unlock releases the lock of an open file at once. Closing is not enough: a
// program being started at this moment, such as a player, holds a copy of the
// handle between fork and exec.
func Unlock(f *os.File) error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_UN); err != nil {
		return fmt.Errorf("letting go of a lock: %w", err)
	}
	return nil
}

// Discard removes the file while it is still locked, so that no one can lock
// the name in between, and releases the lock.
func (l *Lock) Discard() error {
	return errors.Join(os.Remove(l.f.Name()), l.Close())
}
