package app

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"seedreel/state/job"
)

const (
	// lastWait is how long steps under way may take after the screen is gone.
	// An answer that costs money is waited for 15 s by the queue itself; the
	// rest is to write down what came of it.
	lastWait = 17 * time.Second
	// atOnce is how long nothing is said about waiting.
	atOnce = 300 * time.Millisecond
	// lastLook is how long looking at what goes on may take at the very end.
	lastLook = time.Second
)

// underway counts the steps that run, as commands, and keeps new ones from
// beginning once the program leaves. A command that Bubble Tea was given and
// never ran is not among them.
type underway struct {
	mu     sync.Mutex
	n      int
	closed bool
	idle   chan struct{}
}

// begin tells whether a step may run.
func (u *underway) begin() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return false
	}
	u.n++
	return true
}

func (u *underway) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.n--
	if u.closed && u.n == 0 {
		close(u.idle)
	}
}

// leave lets no step begin any more; the channel is closed when the last one
// has ended.
func (u *underway) leave() <-chan struct{} {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.closed {
		u.closed, u.idle = true, make(chan struct{})
		if u.n == 0 {
			close(u.idle)
		}
	}
	return u.idle
}

// Finish is called after the program has left the terminal and its context has
// ended: it writes the draft and waits for steps under way, as long as ctx
// allows. A request whose answer is still to come is the only one that takes
// long. It returns what is open still.
func (m *Model) Finish(ctx context.Context) (open []*job.Job, err error) {
	idle := m.pump.tasks.leave()
	err = m.keepDraft(ctx)
	slow := time.NewTimer(atOnce)
	defer slow.Stop()
	for done := false; !done; {
		select {
		case <-idle:
			done = true
		case <-ctx.Done():
			done = true
		case <-slow.C:
			if m.o.Waiting != nil {
				m.o.Waiting()
			}
		}
	}
	look, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLook)
	defer cancel()
	open, loadErr := m.s.Store.OpenJobs(look)
	return open, errors.Join(err, loadErr)
}

// keepDraft writes the form down. After a panic the form may be in no state to
// be read; what was saved while it was typed holds then.
func (m *Model) keepDraft(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("keeping the draft: %v\n%s", p, debug.Stack())
		}
	}()
	b, err := m.compose.Draft()
	if err != nil {
		return err
	}
	return m.s.Store.SaveDraft(ctx, b)
}
