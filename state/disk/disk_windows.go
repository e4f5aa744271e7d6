package disk

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// Network returns "network" for a share or a mapped drive, "" otherwise.
func Network(dir string) string {
	vol := filepath.VolumeName(dir)
	if strings.HasPrefix(vol, `\\`) {
		return "network"
	}
	root, err := windows.UTF16PtrFromString(vol + `\`)
	if err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE {
		return "network"
	}
	return ""
}

// Free returns the bytes available to this user, and false if they cannot be
// determined.
func Free(dir string) (int64, bool) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, nil, nil); err != nil {
		return 0, false
	}
	return int64(min(free, 1<<62)), true
}

// Full reports whether err means a full disk or an exhausted quota.
func Full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// SyncDir does nothing: Windows has no such call for folders.
func SyncDir(string) error { return nil }

// SyncRoot does nothing: Windows has no such call for folders.
func SyncRoot(*os.Root) error { return nil }
