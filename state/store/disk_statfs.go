//go:build linux || darwin

package store

import "golang.org/x/sys/unix"

// freeBytes is the room that a person without privileges can use.
func freeBytes(dir string) (int64, bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail * uint64(st.Bsize)), true
}
