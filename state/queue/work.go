package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"seedreel/state/store"
)

const (
	// stepsAtOnce bounds the steps that Work runs concurrently. A submit may
	// take minutes, so it is well above what is due at a time.
	stepsAtOnce = 8
	// longestSleep is when Work looks again although nothing is due: another
	// process may have added a job.
	longestSleep = 5 * time.Second
	// shortestSleep keeps a step that is due in the past from spinning, and lets
	// steps that are due one after the other begin together.
	shortestSleep = 50 * time.Millisecond
	// together is how long to wait for further steps to end once one has: each
	// look for work is a transaction.
	together = 4 * time.Millisecond
	// busySleep is the pause while another program locks the history.
	busySleep = time.Second
)

// Work runs the queue's steps without a screen, until until returns true or
// ctx ends. until is called before every look for work, events with every
// outcome, which has no task if the history could not be asked because another
// program locks it, both from the caller's goroutine. Work returns when all its own
// goroutines have ended; steps in progress are finished or, when ctx ends,
// cancelled, except for a POST that is waiting for its answer.
func Work(ctx context.Context, q *Queue, until func() bool, events func(Outcome)) error {
	return WorkShown(ctx, q, until, events, nil)
}

// WorkShown is like Work and also reports moving bytes. progress is called
// from the goroutines of the steps, several at a time; it may be nil.
func WorkShown(ctx context.Context, q *Queue, until func() bool, events func(Outcome), progress func(Progress)) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	w := &work{q: q, progress: progress, done: make(chan result)}
	err := w.loop(inner, until, events)
	if err != nil {
		cancel()
	}
	for w.busy > 0 {
		r := <-w.done
		w.busy--
		if r.err == nil {
			events(r.out)
		} else if err == nil && !errors.Is(r.err, context.Canceled) {
			err = r.err
		}
	}
	w.wg.Wait()
	for _, t := range w.tasks {
		err = errors.Join(err, q.o.Store.Release(context.WithoutCancel(ctx), t.JobID, q.o.Instance.ID()))
	}
	if err != nil {
		return fmt.Errorf("working: %w", err)
	}
	return ctx.Err()
}

// ErrDefect is returned by Work when a step panics: a bug in the program. The
// text has the stack.
var ErrDefect = errors.New("the program made a mistake")

type result struct {
	out Outcome
	err error
}

type work struct {
	q        *Queue
	progress func(Progress)
	done     chan result
	tasks    []Task
	busy     int
	wg       sync.WaitGroup
}

func (w *work) loop(ctx context.Context, until func() bool, events func(Outcome)) error {
	for ctx.Err() == nil {
		if until() {
			return nil
		}
		sleep := longestSleep
		// Tasks are leased: no more are claimed than can be started.
		if len(w.tasks) == 0 {
			plan, err := w.q.Next(ctx)
			if ctx.Err() != nil {
				return nil
			}
			if store.Busy(err) {
				events(Outcome{Err: err})
				sleep = busySleep
			} else if err != nil {
				return err
			}
			w.tasks = plan.Tasks
			if !plan.Wake.IsZero() {
				sleep = min(max(plan.Wake.Sub(w.q.o.Now()), shortestSleep), longestSleep)
			}
		}
		w.begin(ctx)
		if err := w.wait(ctx, sleep, events); err != nil {
			return err
		}
	}
	return nil
}

// begin starts tasks while there is room.
func (w *work) begin(ctx context.Context) {
	for len(w.tasks) > 0 && w.busy < stepsAtOnce {
		t := w.tasks[0]
		w.tasks = w.tasks[1:]
		w.busy++
		w.wg.Go(func() { w.done <- w.run(ctx, t) })
	}
}

// run does one step. A panic in it ends the work and not the process, which
// still has a store to close and others' answers to store.
func (w *work) run(ctx context.Context, t Task) (r result) {
	defer func() {
		if p := recover(); p != nil {
			r = result{Outcome{Task: t}, fmt.Errorf("%w: %v\n%s", ErrDefect, p, debug.Stack())}
		}
	}()
	out, err := w.q.Run(ctx, t, w.progress)
	return result{out, err}
}

// wait waits for a step to end or for the time of the next.
func (w *work) wait(ctx context.Context, sleep time.Duration, events func(Outcome)) error {
	t := time.NewTimer(sleep)
	defer t.Stop()
	if ended, err := w.next(ctx, t, events); !ended || err != nil {
		return err
	}
	return w.rest(ctx, events)
}

// next waits for a step to end, and reports whether one has before the timer
// fired and ctx ended.
func (w *work) next(ctx context.Context, t *time.Timer, events func(Outcome)) (ended bool, err error) {
	select {
	case <-ctx.Done():
		return false, nil
	case <-t.C:
		return false, nil
	case r := <-w.done:
		return true, w.ended(r, events)
	}
}

// rest takes the steps that end at about the same time: one look for work does
// for all of them.
func (w *work) rest(ctx context.Context, events func(Outcome)) error {
	t := time.NewTimer(together)
	defer t.Stop()
	for w.busy > 0 && len(w.tasks) == 0 {
		if ended, err := w.next(ctx, t, events); !ended || err != nil {
			return err
		}
	}
	return nil
}

// ended reports the outcome of a step.
func (w *work) ended(r result, events func(Outcome)) error {
	w.busy--
	switch {
	case errors.Is(r.err, context.Canceled):
		return nil
	case store.Busy(r.err):
		r.out.Err = errors.Join(r.out.Err, r.err)
	case r.err != nil:
		return r.err
	}
	events(r.out)
	return nil
}
