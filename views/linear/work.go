package linear

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// worker does the queue's steps beside the conversation. It never writes: what
// it has to tell waits for the next question.
type worker struct {
	cancel context.CancelFunc
	done   chan struct{}
	// more is sent to when there is something new, and dropped if that was not
	// read yet.
	more chan struct{}

	mu sync.Mutex
	// told holds the last news of each job, fresh what was not said yet.
	told  map[string]safe.String
	fresh []told
	err   error
}

// told is news of a job. minor news are for a person who waits.
type told struct {
	job   string
	text  safe.String
	minor bool
}

// begin starts the work; with a history that cannot be written there is none.
func (t *talk) begin() *worker {
	ctx, cancel := context.WithCancel(t.ctx)
	w := &worker{cancel: cancel, done: make(chan struct{}), more: make(chan struct{}, 1), told: map[string]safe.String{}}
	if t.e.Store.ReadOnly() != nil {
		close(w.done)
		return w
	}
	practice := t.e.Services.Practice()
	go func() {
		defer close(w.done)
		err := queue.Work(ctx, t.e.Queue, func() bool { return false }, func(o queue.Outcome) { w.hear(o, practice) })
		if err != nil && !errors.Is(err, context.Canceled) {
			w.mu.Lock()
			w.err = err
			w.fresh = append(w.fresh, told{text: "the work on the clips has stopped: " + words.Error(err)})
			w.mu.Unlock()
			w.tell()
		}
	}()
	return w
}

// hear keeps what a step has changed.
func (w *worker) hear(o queue.Outcome, practice bool) {
	j := o.Job
	if j == nil {
		return
	}
	defer w.tell()
	text := happened(j, practice)
	minor := j.State != job.Saved && j.State != job.Failed && j.State != job.Uncertain && !j.Troubled()
	if j.State == job.Completed || minor && j.State == o.Was {
		return // it is saved in a moment, or nothing has happened
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.told[j.ID] == text {
		return
	}
	w.told[j.ID] = text
	w.fresh = append(w.fresh, told{job: j.ID, text: text, minor: minor})
}

// tell wakes a person who waits.
func (w *worker) tell() {
	select {
	case w.more <- struct{}{}:
	default:
	}
}

// take returns what was not said yet; what happened to several is one piece of
// news.
func (w *worker) take() (out []told) {
	w.mu.Lock()
	defer w.mu.Unlock()
	times := map[safe.String]int{}
	for _, n := range w.fresh {
		if times[n.text]++; times[n.text] == 1 {
			out = append(out, n)
		}
	}
	w.fresh = nil
	for i := range out {
		if n := times[out[i].text]; n > 1 {
			out[i].text = safe.Line(count(n, "clip")) + " " + out[i].text
		}
	}
	return out
}

// news returns what a person who did something else has to know.
func (w *worker) news() (out []safe.String) {
	if w == nil {
		return nil
	}
	for _, n := range w.take() {
		if !n.minor {
			out = append(out, n.text)
		}
	}
	return out
}

// said drops the news of a job that the person has heard.
func (w *worker) said(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fresh = slices.DeleteFunc(w.fresh, func(n told) bool { return n.job == id })
}

// end stops the work. A request that may be paid for gets its answer first.
func (w *worker) end() {
	w.cancel()
	<-w.done
}

// happened returns what became of a job, in a sentence.
func happened(j *job.Job, practice bool) safe.String {
	s := words.State(j)
	if j.Practice != practice {
		s += ", " + kind(j)
	}
	s += ", " + title(j)
	if what := words.What(j); what != "" {
		return s + ". " + ended(what)
	}
	if j.Troubled() {
		return s + ". " + capital(words.Reason(j)) + "."
	}
	return s + "."
}

// wait reads out what happens to the open clips until none is left, or the person
// presses enter.
func (t *talk) wait() error {
	n, err := t.underWay()
	if err != nil {
		return err
	}
	t.meanwhile()
	if n == 0 {
		t.say("No clip is under way.")
		return nil
	}
	t.say("%s under way. Enter returns to the menu; the clips go on.", isAre(n, "clip"))
	for {
		select {
		case <-t.ctx.Done():
			return errLeft
		case got := <-t.in.next():
			t.in.took()
			if got.err != nil && got.line == "" {
				return errLeft
			}
			return nil
		case <-t.work.done:
			return t.work.err
		case <-t.work.more:
		}
		t.hear()
		if n, err = t.underWay(); err != nil {
			return err
		}
		if n == 0 {
			// What is stored is heard of a moment later.
			select {
			case <-t.work.more:
			case <-time.After(soon):
			}
			t.hear()
			t.say("All clips are done.")
			return nil
		}
	}
}

// soon is within what time the end of a step is heard of.
const soon = 300 * time.Millisecond

// hear reads out all news, to a person who waits for them.
func (t *talk) hear() {
	for _, n := range t.work.take() {
		t.say("%s", capital(n.text))
	}
}

// underWay returns how many jobs go on by themselves.
func (t *talk) underWay() (n int, err error) {
	line, err := t.e.Store.LinePaused(t.ctx)
	if err != nil {
		return 0, err
	}
	open, err := t.e.Store.OpenJobs(t.ctx)
	for _, j := range open {
		held := j.State == job.Queued && (line || j.Paused)
		if j.State.Open() && !held {
			n++ // what a person holds back does not go on by itself
		}
	}
	return n, err
}
