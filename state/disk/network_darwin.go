package disk

import (
	"strings"

	"golang.org/x/sys/unix"
)

// Network returns the name of the network file system that a folder is on, or
// "" if it is local. Mounts without MNT_LOCAL and FUSE count as network.
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
