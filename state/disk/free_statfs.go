//go:build linux || darwin || freebsd || dragonfly

package disk

import (
	"math/bits"

	"golang.org/x/sys/unix"
)

// Free returns the bytes an ordinary user may still write in a folder, and
// false if they cannot be determined.
func Free(dir string) (int64, bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, false
	}
	// The fields' types differ between systems; Bavail is negative on some
	// when the reserve of the administrator is in use.
	if int64(st.Bavail) < 0 || int64(st.Bsize) <= 0 { //nolint:unconvert // differs between systems
		return 0, true
	}
	hi, lo := bits.Mul64(uint64(st.Bavail), uint64(st.Bsize)) //nolint:unconvert // differs between systems
	if hi != 0 || lo > 1<<62 {
		return 1 << 62, true
	}
	return int64(lo), true
}
