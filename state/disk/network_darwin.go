package disk

import (
	"strings"

	"golang.org/x/sys/unix"
)

// Network returns the name of the network file system that a folder is on, "" for a local
// one: whatever is not mounted with MNT_LOCAL, and FUSE.
func Network(dir string) string {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return ""
	}
	name := unix.ByteSliceToString(st.Fstypename[:])
	if st.Flags&unix.MNT_LOCAL == 0 || strings.Contains(name, "fuse") {
		return name
	}
	return ""
}
