package rest

import (
	"context"
	"io"
	"time"
)

// watch abandons a request when nothing has moved for a while. A total timeout
// would either cut off slow uploads or wait for dead ones.
type watch struct {
	after time.Duration
	timer *time.Timer
}

func newWatch(after time.Duration, cancel context.CancelCauseFunc) *watch {
	return &watch{after: after, timer: time.AfterFunc(after, func() { cancel(&silence{after}) })}
}

func (w *watch) moved() { w.timer.Reset(w.after) }

func (w *watch) stop() { w.timer.Stop() }

// watched is a request body whose reads count as movement. After its end the
// same time is left for the answer.
type watched struct {
	io.ReadCloser
	w *watch
}

// Read reads from the body and records movement.
func (b *watched) Read(p []byte) (int, error) {
	b.w.moved()
	return b.ReadCloser.Read(p)
}
