//go:build unix

package cli

import "syscall"

// ownTerminal gives a process a terminal of its own, as a window does.
func ownTerminal() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true, Setctty: true} }
