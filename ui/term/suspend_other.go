//go:build !unix

package term

// CanSuspend returns false, as there is no job control on this system.
func CanSuspend() bool { return false }
