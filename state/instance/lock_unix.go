//go:build unix

package instance

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
		case err != nil:
			return fmt.Errorf("asking for the lock: %w", err)
		default:
			return nil
		}
	}
}

func unlockFile(f *os.File) error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_UN); err != nil {
		return fmt.Errorf("letting go of a lock: %w", err)
	}
	return nil
}

// discard removes a stale file while its lock is still held, so that nobody
// can lock the name in between.
func discard(l *Lock) error {
	return errors.Join(os.Remove(l.f.Name()), l.Close())
}
