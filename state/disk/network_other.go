//go:build !linux && !darwin && !windows

package disk

// Network returns "", as it cannot find out on this system.
func Network(string) string { return "" }
