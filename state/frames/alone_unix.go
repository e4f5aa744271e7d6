//go:build unix

package frames

import (
	"os/exec"
	"syscall"
)

// alone puts the program into a process group of its own, which is killed as a
// whole and which a ctrl+c typed at our terminal does not reach.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
