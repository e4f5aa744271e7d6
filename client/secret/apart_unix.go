//go:build unix

package secret

import (
	"os/exec"
	"syscall"
)

// apart puts a program into a session of its own, which has no terminal.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
