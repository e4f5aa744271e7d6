package cli

import (
	"context"
	"errors"
	"time"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/views/words"
)

const (
	// settlePatience bounds the request for a bill: it is useful, but not worth
	// waiting for.
	settlePatience = 5 * time.Second
	// billsAtOnce bounds the bills that are asked for at a time.
	billsAtOnce = 4
)

// bill is the question for the charge of a finished job.
type bill struct {
	done chan struct{}
	now  *job.Job
	err  error
}

// ask begins to ask for the actual charge of a finished clip. Other jobs go on
// meanwhile: a service may take its time. If it has no bill, or has not booked
// yet, the estimate stays.
func (f *following) ask(ctx context.Context, j *job.Job) {
	b := &bill{done: make(chan struct{}), now: j}
	var before <-chan struct{}
	if n := len(f.bills); n >= billsAtOnce {
		before = f.bills[n-billsAtOnce].done
	}
	f.bills = append(f.bills, b)
	if j.State != job.Saved && j.State != job.Failed || j.RemoteID == "" {
		close(b.done)
		return
	}
	f.asking.Go(func() {
		defer close(b.done)
		if before != nil {
			<-before
		}
		ctx, cancel := context.WithTimeout(ctx, settlePatience)
		defer cancel()
		b.now, _, b.err = f.e.Account.Settle(ctx, j)
	})
}

// results writes the jobs whose bills have come, in the order in which they
// ended; with wait, all of them.
func (f *following) results(wait bool) error {
	for len(f.bills) > 0 {
		b := f.bills[0]
		if !wait {
			select {
			case <-b.done:
			default:
				return nil
			}
		}
		<-b.done
		f.bills = f.bills[1:]
		f.meter.clear()
		if odd(b.err) {
			f.c.tell("%s  %s", b.now.ID, words.Error(b.err))
		}
		f.ended = append(f.ended, b.now)
		if f.quiet {
			continue
		}
		if err := f.c.write([]*job.Job{b.now}, f.json); err != nil {
			return err
		}
	}
	return nil
}

// odd reports whether a bill came and has lines that were not counted.
func odd(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && e.Odd()
}
