package app

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"seedreel/state/job"
	"seedreel/views/page"
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

// Finish is called after the program has left the terminal and its context has
// ended: it writes the draft and waits for steps under way, as long as ctx
// allows. A request whose answer is still to come is the only one that takes
// long. It returns what is open still.
func (m *Model) Finish(ctx context.Context) (open []*job.Job, err error) {
	idle := m.pump.Leave()
	err = m.keep(ctx)
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

// keep writes down what pages must not lose. After a panic one may be in no state
// to be read; what was saved while it was typed holds then.
func (m *Model) keep(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("keeping what was typed: %v\n%s", p, debug.Stack())
		}
	}()
	for _, p := range m.places {
		if k, ok := p.Page.(page.Keeper); ok {
			err = errors.Join(err, k.Keep(ctx))
		}
	}
	return err
}
