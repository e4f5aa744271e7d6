//go:build !windows

package download

// removeOpen: a file can be removed while it is open, so the lock is held
// until nothing is left to fight over.
const removeOpen = true
