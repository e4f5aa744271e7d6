//go:build !unix

package term

// CanSuspend reports false: there is no job control here.
func CanSuspend() bool { return false }
