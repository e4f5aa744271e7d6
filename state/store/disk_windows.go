package store

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// networkName says "network" for a share or a mapped drive, "" otherwise.
func networkName(dir string) string {
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

// freeBytes is the room that this user can use.
func freeBytes(dir string) (int64, bool) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, nil, nil); err != nil {
		return 0, false
	}
	return int64(free), true
}
