//go:build unix

package frames

import (
	"os/exec"
	"syscall"
)

// alone puts the program into a session of its own: it has no terminal to write
// to or to be stopped by, and its process group is killed as a whole.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
