//go:build !windows && !linux && !darwin && !freebsd && !dragonfly

package disk

// Free returns false: a full disk is found by writing.
func Free(string) (int64, bool) { return 0, false }
