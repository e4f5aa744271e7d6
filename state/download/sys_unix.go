//go:build !windows

package download

// removeOpen: a file can be removed while it is open, so the lock is held until
// it is gone.
const removeOpen = true
