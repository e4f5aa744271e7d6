//go:build !windows

package download

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// removeOpen: a file can be removed while it is open, so the lock is held
// until nothing is left to fight over.
const removeOpen = true

// tryLock takes an exclusive lock without waiting. It goes with the file's
// handle, hence with the process, however that ends.
func tryLock(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, unix.EWOULDBLOCK):
		return false, nil
	case errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOLCK):
		return true, nil // a file system without locks; leases keep others away
	}
	return false, err
}

// unlock gives the lock up at once. Closing is not enough: a program that is
// being started at this moment, such as a player, holds a copy of the handle
// between its fork and its exec.
func unlock(f *os.File) {
	_ = unix.Flock(int(f.Fd()), unix.LOCK_UN) // the close that follows does it otherwise
}

// noSpace tells a full disk and a full quota from other trouble.
func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// syncDir makes a new name in the folder last.
func syncDir(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	err = f.Sync()
	_ = f.Close() // read only
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil // some network file systems have no such call
	}
	return err
}
