//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// asGroup makes a kill reach the children too: strace leaves the program it
// traces running when it is killed.
func asGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
