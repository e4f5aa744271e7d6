//go:build unix

package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// canSignal is set where ctrl+c can be a signal.
const canSignal = true

// signalling makes ctrl+c of a terminal a signal, as it is outside of raw mode,
// and returns what takes that back; nil if it cannot be done.
func signalling(f *os.File) (undo func()) {
	fd := int(f.Fd())
	was, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil || was.Lflag&unix.ISIG != 0 {
		return nil
	}
	now := *was
	now.Lflag |= unix.ISIG
	now.Cc[unix.VINTR] = 3
	now.Cc[unix.VQUIT], now.Cc[unix.VSUSP] = 0, 0 // none
	if unix.IoctlSetTermios(fd, setTermios, &now) != nil {
		return nil
	}
	return func() {
		// Whoever changed it meanwhile knows better.
		if is, err := unix.IoctlGetTermios(fd, getTermios); err == nil && *is == now {
			_ = unix.IoctlSetTermios(fd, setTermios, was) // the terminal may be gone
		}
	}
}
