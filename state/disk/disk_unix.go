//go:build !windows

package disk

import (
	"errors"
	"os"
	"syscall"
)

// Full reports whether err means a full disk or an exhausted quota.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// SyncDir makes new names in a folder durable.
func SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return syncFolder(f)
}

// SyncRoot is like SyncDir for an open folder.
func SyncRoot(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	return syncFolder(f)
}

func syncFolder(f *os.File) error {
	err := f.Sync()
	_ = f.Close() // read only
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil // some network file systems have no such call
	}
	return err
}
