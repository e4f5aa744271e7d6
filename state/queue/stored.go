package queue

import (
	"context"
	"time"

	"seedreel/state/store"
)

// busyPause is the time between two tries to write into a locked history, each
// of which waits for the lock by itself.
const busyPause = 200 * time.Millisecond

// stored runs a write with a context that does not end, until the history is
// not locked: what a step has learnt, such as a paid id, is known to nobody
// else. Once ctx has ended, it goes on for as long as quitting may take.
func (q *Queue) stored(ctx context.Context, write func(ctx context.Context) error) error {
	keep := context.WithoutCancel(ctx)
	quit, cancel := context.WithCancel(keep)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(quitLimit, cancel) })
	defer stop()
	return store.Insist(func() error { return write(keep) }, busyPause, quit.Done(), func() {
		q.o.Log.WarnContext(keep, "the history is locked; a step waits to be stored")
	})
}
