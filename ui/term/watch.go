package term

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

const (
	// blockedAfter is how long a write may take before the terminal counts as
	// blocked.
	blockedAfter = time.Second
	// giveUpAfter is how long a write may go on after a ctrl+c that came while it
	// was under way.
	giveUpAfter = 2 * time.Second
)

// watch lets ctrl+c end a program whose terminal takes no output. The event loop
// hangs in a write then, and behind it all keys: in raw mode ctrl+c is one of
// them. While a write is blocked ctrl+c is a signal again, and one that comes as
// a key is seen before it gets to the loop.
type watch struct {
	in    *os.File
	leave func()

	mu sync.Mutex
	// n counts the writes, busy is set during one.
	n     int
	busy  bool
	timer *time.Timer
	// undo takes back that ctrl+c is a signal, nil if it is not.
	undo func()
}

// Watched returns a terminal's input and output so that leave is called for a
// ctrl+c that the program cannot see, because a write is blocked. leave must not
// block. Where that cannot be done they are returned as they are.
func Watched(in io.Reader, out io.Writer, leave func()) (io.Reader, io.Writer) {
	i, ok := in.(*os.File)
	o, ok2 := out.(*os.File)
	if !ok || !ok2 || !canSignal {
		return in, out
	}
	w := &watch{in: i, leave: leave}
	return &watchedInput{i, w}, &watchedOutput{o, w}
}

// watchedOutput is the terminal's output.
type watchedOutput struct {
	*os.File
	w *watch
}

// Write writes to the terminal.
func (o *watchedOutput) Write(p []byte) (int, error) {
	o.w.begin()
	defer o.w.end()
	return o.File.Write(p)
}

// WriteString writes to the terminal.
func (o *watchedOutput) WriteString(s string) (int, error) { return o.Write([]byte(s)) }

// watchedInput is the terminal's input.
type watchedInput struct {
	*os.File
	w *watch
}

// Read reads from the terminal.
func (i *watchedInput) Read(p []byte) (int, error) {
	n, err := i.File.Read(p)
	if n > 0 && interrupts(p[:n]) {
		i.w.interrupted()
	}
	return n, err
}

// interrupts reports whether a ctrl+c is among the keys, as a byte or as
// terminals that tell all keys apart send it.
func interrupts(p []byte) bool {
	return bytes.IndexByte(p, 3) >= 0 || bytes.Contains(p, []byte("\x1b[99;5"))
}

func (w *watch) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	w.busy = true
	w.timer = restart(w.timer, blockedAfter, w.blocked)
}

func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = false
	w.timer.Stop()
	if w.undo != nil {
		w.undo()
		w.undo = nil
	}
}

// blocked makes ctrl+c a signal until the write has ended.
func (w *watch) blocked() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy && w.undo == nil {
		w.undo = signalling(w.in)
	}
}

// interrupted leaves if the write under way does not end soon. Otherwise the
// program sees the key by itself.
func (w *watch) interrupted() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.busy {
		return
	}
	n := w.n
	time.AfterFunc(giveUpAfter, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.busy && w.n == n {
			w.leave()
		}
	})
}

// foreground is another program that gets the terminal itself: a pipe to it
// would be no terminal.
type foreground struct{ *exec.Cmd }

// SetStdin sets the input.
func (c foreground) SetStdin(r io.Reader) {
	if w, ok := r.(*watchedInput); ok {
		r = w.File
	}
	c.Stdin = r
}

// SetStdout sets the output.
func (c foreground) SetStdout(w io.Writer) { c.Stdout = Bare(w) }

// SetStderr sets the output for errors.
func (c foreground) SetStderr(w io.Writer) { c.Stderr = Bare(w) }

// Bare returns the file behind a stream of this package, for another program:
// anything but a file would reach it as a pipe, which is no terminal.
func Bare(w io.Writer) io.Writer {
	switch s := w.(type) {
	case *watchedOutput:
		return s.File
	case *Bounded:
		return s.f
	}
	return w
}
