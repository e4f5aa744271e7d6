//go:build !windows

package media

import "syscall"

// openFlags: opening a pipe without a writer must not block, and a terminal
// device must not become our controlling terminal.
const openFlags = syscall.O_NONBLOCK | syscall.O_NOCTTY
