//go:build unix

package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// CanSuspend reports whether ctrl+z may stop the program: only if there is a
// shell that can resume it.
func CanSuspend() bool {
	p := process{pid: os.Getpid(), group: unix.Getpgrp()}
	parent := os.Getppid()
	var err [3]error
	p.session, err[0] = unix.Getsid(0)
	p.parentSession, err[1] = unix.Getsid(parent)
	p.parentGroup, err[2] = unix.Getpgid(parent)
	for _, e := range err {
		if e != nil {
			return false
		}
	}
	return p.canSuspend()
}
