package app

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/views/page"
)

const (
	// lastWait is how long steps under way may take after the screen is gone.
	// The queue itself waits 15 s for an answer that costs money; the rest is
	// for recording the result.
	lastWait = 17 * time.Second
	// atOnce is how long waiting goes unmentioned.
	atOnce = 300 * time.Millisecond
	// lastLook bounds the final look at the open jobs.
	lastLook = time.Second
)

// Finish is called after the program has left the terminal and its context has
// ended. It writes the draft and waits for steps under way, as long as ctx
// allows. Only a request that has not been answered takes long. It returns the
// jobs that are still open.
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

// keep saves what pages must not lose. After a panic a page may be unreadable;
// what was saved during typing remains.
func (m *Model) keep(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("keeping what was typed: %v\n%s", p, debug.Stack())
		}
	}()
	for _, p := range m.places {
		if k, ok := p.Page.(page.Keeper); ok {
			err = errors.Join(err, patient(ctx, k.Keep))
		}
	}
	return err
}

// keepPause is the time between two tries to keep something while another
// program locks the history.
const keepPause = 200 * time.Millisecond

// patient repeats write while another program locks the history.
func patient(ctx context.Context, write func(context.Context) error) error {
	return store.Insist(func() error { return write(ctx) }, keepPause, ctx.Done(), nil)
}
