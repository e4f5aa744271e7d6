package rest

import (
	"context"
	"io"
	"time"
)

// watch gives a request up when nothing has moved for a while. A total would
// either cut slow uploads off or wait for dead ones.
type watch struct {
	after time.Duration
	timer *time.Timer
}

func newWatch(after time.Duration, cancel context.CancelCauseFunc) *watch {
	return &watch{after: after, timer: time.AfterFunc(after, func() { cancel(&silence{after}) })}
}

func (w *watch) moved() { w.timer.Reset(w.after) }

func (w *watch) stop() { w.timer.Stop() }

// watched is a request body whose reading counts as movement. After its end
// the same patience is left for the answer.
type watched struct {
	io.ReadCloser
	w *watch
}

// Read passes on and notes that something moved.
func (b *watched) Read(p []byte) (int, error) {
	b.w.moved()
	return b.ReadCloser.Read(p)
}
