//go:build !windows

package settings

import (
	"io/fs"
	"os"
	"syscall"
)

// closable: the mode of a file determines who may use it.
const closable = true

// Umask makes every file that the process creates from now on private to its
// user, including those of libraries. Main calls it before opening anything.
func Umask() { syscall.Umask(0o077) }

// owned reports whether a file belongs to the user we run as.
func owned(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(st.Uid) == os.Geteuid()
}

// openFlags: a pipe in the place of a file must not block us.
const openFlags = syscall.O_NONBLOCK | syscall.O_NOCTTY
