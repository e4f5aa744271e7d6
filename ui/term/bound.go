package term

import (
	"context"
	"os"
	"time"
)

// Bounded is a stream that does not keep the program from ending: once a
// context has ended, a write may be blocked for a while and no longer. A
// terminal on a line that hangs and a pipe that nobody reads block for ever.
type Bounded struct {
	f    *os.File
	dead chan struct{}
}

// Bound returns the stream of a file. Writes fail from patience after the end
// of ctx on if the file takes nothing.
func Bound(ctx context.Context, f *os.File, patience time.Duration) *Bounded {
	b := &Bounded{f: f, dead: make(chan struct{})}
	context.AfterFunc(ctx, func() { time.AfterFunc(patience, func() { close(b.dead) }) })
	return b
}

// Fd returns the descriptor of the file.
func (b *Bounded) Fd() uintptr { return b.f.Fd() }

// Write writes to the file. A write that is given up goes on by itself, until
// the process ends.
func (b *Bounded) Write(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	own := append([]byte(nil), p...)
	go func() {
		n, err := b.f.Write(own)
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return r.n, r.err
	case <-b.dead:
	}
	t := time.NewTimer(lastWord)
	defer t.Stop()
	select {
	case r := <-done:
		return r.n, r.err
	case <-t.C:
		return 0, os.ErrDeadlineExceeded
	}
}

// lastWord is how long a write may take after the patience is over: enough for
// a file that takes it at once.
const lastWord = 20 * time.Millisecond
