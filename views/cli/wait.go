package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

func (c *commands) wait() *cobra.Command {
	var asJSON bool
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "wait [job...]",
		Short: "Go on with jobs until their clips are saved",
		Long: "wait goes on with the jobs named, or with all that are open, and ends when none of them is.\n" +
			"Each is written when it has ended.\n" +
			"ctrl+c leaves them running at the service; wait again goes on.",
		Example: "seedreel wait --timeout 10m",
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, ids []string) error {
			return c.runWait(ctx, e, ids, limit, asJSON)
		}),
	}
	cmd.ValidArgsFunction = c.completeJobs
	jsonFlag(cmd, &asJSON, "the jobs, one a line as they end,")
	cmd.Flags().DurationVar(&limit, "timeout", 0, "give up waiting after this long, such as 10m; 0 never does")
	return cmd
}

func (c *commands) runWait(ctx context.Context, e *engine.Engine, ids []string, limit time.Duration, asJSON bool) error {
	if limit < 0 {
		return usage("--timeout is %s; it must not be below 0", limit)
	}
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, exit(ExitTimedOut, "Still under way after %s; seedreel wait goes on.", limit))
		defer cancel()
	}
	err := c.waitFor(ctx, e, ids, asJSON)
	// The deadline may pass at any point, including a read of the store.
	if late, ok := errors.AsType[*exitError](context.Cause(ctx)); ok && errors.Is(err, context.DeadlineExceeded) {
		return late
	}
	return err
}

func (c *commands) waitFor(ctx context.Context, e *engine.Engine, ids []string, asJSON bool) error {
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	if len(ids) > 0 {
		var there []string
		missing := c.several(ctx, e, ids, func(j *job.Job) error {
			if j.CanAskAgain() {
				if _, err := e.Queue.AskAgain(ctx, j.ID); err != nil {
					return err
				}
			}
			there = append(there, j.ID)
			return nil
		})
		if len(there) == 0 {
			return missing
		}
		return worse(c.follow(ctx, e, there, c.ended, asJSON), missing)
	}
	open, err := e.Store.OpenJobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range open {
		ids = append(ids, j.ID)
	}
	if err := c.follow(ctx, e, ids, c.ended, asJSON); err != nil || e.Store.ReadOnly() != nil {
		return err
	}
	// What is due of earlier jobs is no reason to wait longer.
	return c.bills(ctx, e)
}

// worse returns the error with the higher exit code; what comes first is told
// if both have a text.
func worse(err, other error) error {
	a, aOK := errors.AsType[*exitError](err)
	b, bOK := errors.AsType[*exitError](other)
	switch {
	case err == nil:
		return other
	case aOK && bOK && b.code > a.code:
		return exit(b.code, "%s", a.text)
	}
	return err
}

// ended reports whether nothing more will happen to a job by itself soon. A
// lost answer is searched for at the service for some minutes.
func (c *commands) ended(j *job.Job, _ bool) bool { return !j.State.Open() && !c.looking(j) }

// soon bounds how long a lost answer is waited for, after the request and for
// the next search. Later searches are left to any later run: nobody waits half
// an hour for a command, or for a service that cannot be searched.
const soon = 5 * time.Minute

// looking reports whether a lost answer is still searched for.
func (c *commands) looking(j *job.Job) bool {
	now := c.o.Now()
	return j.State == job.Uncertain && !j.NextAt.IsZero() && j.NextAt.Sub(now) < soon && now.Sub(j.PostedAt) < soon
}

// follow runs the queue's steps until all jobs are done, writes each when it
// is, and ends with the worst exit code among them.
func (c *commands) follow(ctx context.Context, e *engine.Engine, ids []string, done func(j *job.Job, looked bool) bool, asJSON bool) error {
	slices.Sort(ids)
	return c.following(e, slices.Compact(ids), done, asJSON).run(ctx)
}

// following returns a run of follow.
func (c *commands) following(e *engine.Engine, ids []string, done func(j *job.Job, looked bool) bool, asJSON bool) *following {
	return &following{
		c: c, e: e, done: done, json: asJSON, open: ids, told: map[string]string{}, keyless: map[string]bool{}, looked: map[string]bool{}, known: map[string]*job.Job{}, stepped: map[string]*job.Job{},
		meter: c.meter(), moving: map[string]queue.Progress{}, pace: newPace(c.o.Now),
	}
}

// run works until all jobs are done.
func (f *following) run(ctx context.Context) error {
	if err := f.e.Store.ReadOnly(); err != nil {
		return exit(ExitTrouble, "Nothing goes on: %s.", words.Error(err))
	}
	// Jobs that a dead process was working on would keep their places for a
	// minute.
	if _, err := f.e.Queue.Recover(ctx); err != nil {
		return err
	}
	asking, stop := context.WithCancel(ctx)
	defer func() {
		stop()
		f.asking.Wait()
	}()
	err := queue.WorkShown(ctx, f.e.Queue, func() bool { return f.look(ctx, asking) }, f.outcome, f.progress)
	f.meter.clear()
	if f.err == nil {
		f.err = f.results(true)
	}
	switch {
	case f.err != nil && !errors.Is(f.err, context.Canceled) && ctx.Err() == nil:
		return f.err
	case ctx.Err() != nil:
		if x, ok := errors.AsType[*exitError](context.Cause(ctx)); ok {
			return x
		}
		return exit(ExitInterruption, "%s", f.left())
	case err != nil:
		return err
	}
	return f.verdict(ctx)
}

// following is one run of follow.
type following struct {
	c *commands
	e *engine.Engine
	// done reports whether a job need no longer be waited for; looked is set if
	// it was searched for in this run, found or not.
	done func(j *job.Job, looked bool) bool
	json bool
	// all, if set, holds the jobs that were met: every open job is followed. stay
	// goes on when none is left.
	all  map[string]bool
	stay bool
	// quiet suppresses the line of a finished job.
	quiet bool
	open  []string
	ended []*job.Job
	// bills are asked for in the order in which the jobs ended, by asking.
	bills  []*bill
	asking sync.WaitGroup
	// at is when all open jobs were last read, asked when it was last asked
	// whether others have changed them, version the answer, known holds what was
	// read, and stepped the jobs that have changed since.
	at, asked time.Time
	version   int64
	known     map[string]*job.Job
	stepped   map[string]*job.Job
	// told holds the last message about each job.
	told map[string]string
	// paced is until when the rate limit was told.
	paced time.Time
	// keyless holds the jobs that cannot go on without a key, or with the
	// current one.
	keyless map[string]bool
	// looked holds the jobs that were searched for.
	looked map[string]bool
	err    error

	// mu guards what the steps' goroutines report during transfers.
	mu     sync.Mutex
	meter  *meter
	moving map[string]queue.Progress
	pace   *pace
}

const (
	// lookEvery is how soon changes by other processes are seen. With thousands
	// of jobs, reading all of them after each step would take longer than the
	// steps.
	lookEvery = time.Second
	// readEvery is when all jobs are read although no other process has written.
	readEvery = 10 * time.Second
)

// changed reads the jobs that may have changed: those whose step has ended and,
// now and then, all of them.
func (f *following) changed(ctx context.Context) ([]*job.Job, error) {
	stepped := f.stepped
	f.stepped = map[string]*job.Job{}
	all, err := f.toRead(ctx)
	if err != nil {
		return nil, err
	}
	if !all {
		return f.read(ctx, slices.DeleteFunc(slices.Sorted(maps.Keys(stepped)), func(id string) bool { return !slices.Contains(f.open, id) }), stepped)
	}
	under, err := f.e.Store.OpenJobs(ctx)
	if err != nil {
		return nil, err
	}
	f.meet(under)
	ours := map[string]bool{}
	for _, id := range f.open {
		ours[id] = true
	}
	under = slices.DeleteFunc(under, func(j *job.Job) bool { return !ours[j.ID] })
	for _, j := range under {
		delete(ours, j.ID)
	}
	// The rest is no longer under way.
	ended, err := f.read(ctx, slices.Sorted(maps.Keys(ours)), nil)
	return append(under, ended...), err
}

// meet adds open jobs that were not met yet, if all are followed.
func (f *following) meet(under []*job.Job) {
	for _, j := range under {
		if f.all != nil && !f.all[j.ID] {
			f.all[j.ID] = true
			f.open = append(f.open, j.ID)
		}
	}
}

// toRead reports whether all open jobs are to be read: another process may have
// changed them, or begun some.
func (f *following) toRead(ctx context.Context) (bool, error) {
	now := f.c.o.Now()
	if !f.at.IsZero() && !now.Before(f.asked) && now.Sub(f.asked) < lookEvery {
		return false, nil
	}
	f.asked = now
	version, err := f.e.Store.Version(ctx)
	if err != nil {
		return false, err
	}
	if !f.at.IsZero() && version == f.version && !now.Before(f.at) && now.Sub(f.at) < readEvery {
		return false, nil
	}
	f.at, f.version = now, version
	return true, nil
}

// read returns jobs as a step has just stored them, or else as they are stored.
func (f *following) read(ctx context.Context, ids []string, stepped map[string]*job.Job) (out []*job.Job, err error) {
	for _, id := range ids {
		j := stepped[id]
		if j == nil {
			if j, err = f.e.Store.Job(ctx, id); err != nil {
				return nil, fmt.Errorf("job %s: %w", id, err)
			}
		}
		out = append(out, j)
	}
	return out, nil
}

// look reads the jobs, reports changes and writes those that are done.
func (f *following) look(ctx, asking context.Context) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed, err := f.changed(ctx)
	if err != nil {
		f.err = err
		return true
	}
	for _, j := range changed {
		if !f.done(j, f.looked[j.ID]) {
			f.tell(j)
			f.known[j.ID] = j
			continue
		}
		if !f.shown() {
			f.tell(j)
		}
		delete(f.known, j.ID)
		f.open = slices.DeleteFunc(f.open, func(x string) bool { return x == j.ID })
		f.ask(asking, j)
	}
	if f.err = f.results(len(f.open) == 0); f.err != nil {
		return true
	}
	f.show()
	return !f.stay && (len(f.open) == 0 || f.locked())
}

// shown reports whether the line of result already shows the person the state
// of a job, so that progress need not. It does not if it is JSON, or goes to a
// file while the person looks at a terminal.
func (f *following) shown() bool {
	_, watched := terminal(f.c.o.Err)
	_, together := terminal(f.c.o.Out)
	return !f.json && !f.quiet && (together || !watched)
}

// locked reports whether all remaining jobs wait for a person: for a key, or to
// be let go on.
func (f *following) locked() bool {
	for _, id := range f.open {
		if !f.keyless[id] && !f.held(id) {
			return false
		}
	}
	return len(f.open) > 0
}

// held reports whether a person holds a job back in line.
func (f *following) held(id string) bool {
	j := f.known[id]
	return j != nil && j.State == job.Queued && (j.Waiting == job.WaitPaused || j.Waiting == job.WaitLine)
}

// tell writes the state of a job if it has changed.
func (f *following) tell(j *job.Job) {
	s := string(words.State(j))
	why := string(words.Reason(j))
	if j.State == job.Queued && (j.Waiting == job.WaitSlots || j.Waiting == job.WaitRate) {
		f.tellPace(j)
		why = ""
	}
	if why != "" && strings.Contains(f.told[j.ID], why) {
		return // the step that met it told more
	}
	if why != "" {
		s += ", " + why
	}
	if f.told[j.ID] != s {
		f.told[j.ID] = s
		f.meter.clear()
		if j.Practice {
			s += "  (practice)"
		}
		f.c.tell("%s  %s", j.ID, s)
	}
}

// tellPace writes when the next is sent, once for all that wait. That as many
// are in flight as may be is no news.
func (f *following) tellPace(j *job.Job) {
	if j.Waiting != job.WaitRate || j.NextAt.IsZero() || f.c.o.Now().Before(f.paced) {
		return
	}
	f.paced = j.NextAt
	f.meter.clear()
	f.c.tell("rate limit at %s: the next is sent at %s", words.Service(j.Provider), f.c.hour(j.NextAt))
}

// show draws the jobs under way on the overwritten line, as far as they fit.
func (f *following) show() {
	const most = 8
	var parts []string
	now := f.c.o.Now()
	for _, id := range f.open[:min(len(f.open), most)] {
		j := f.known[id]
		if j == nil {
			continue
		}
		if p, ok := f.moving[j.ID]; ok {
			parts = append(parts, string(f.pace.line(p)))
			continue
		}
		s := j.ID + " " + string(words.State(j))
		if !j.SubmittedAt.IsZero() {
			s += " " + now.Sub(j.SubmittedAt).Round(time.Second).String()
		}
		parts = append(parts, s)
	}
	if len(parts) > 0 {
		f.meter.set(safe.Line(strings.Join(parts, "   ")))
	}
}

// progress is called by the steps during transfers.
func (f *following) progress(p queue.Progress) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.moving[p.JobID] = p
	f.meter.set(f.pace.line(p))
}

// outcome is called when a step has ended.
func (f *following) outcome(o queue.Outcome) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.moving, o.Task.JobID)
	if o.Task.JobID != "" {
		f.stepped[o.Task.JobID] = o.Job
	}
	f.looked[o.Task.JobID] = f.looked[o.Task.JobID] || o.Task.Kind == queue.Look
	f.keyless[o.Task.JobID] = o.Job != nil && (o.Job.Waiting == job.WaitKey || o.Job.Waiting == job.WaitAccount)
	if store.Busy(o.Err) {
		if s := string(words.Error(o.Err)); f.told[""] != s {
			f.told[""] = s
			f.meter.clear()
			f.c.tell("%s", s)
		}
		return
	}
	f.told[""] = ""
	if o.Err != nil && slices.Contains(f.open, o.Task.JobID) {
		s := string(words.Error(o.Err))
		if f.told[o.Task.JobID] != s {
			f.told[o.Task.JobID] = s
			f.meter.clear()
			f.c.tell("%s  %s", o.Task.JobID, s)
		}
	}
}

// left returns what an interruption leaves behind and how to resume.
func (f *following) left() string {
	if len(f.open) == 0 {
		return ""
	}
	back := "seedreel wait " + strings.Join(f.open, " ")
	if len(f.open) > 3 {
		back = "seedreel wait"
	}
	// A new line: the terminal has just drawn ^C.
	return "\nLeft running at the service; what was not sent yet waits here. " + back + " goes on."
}

func (f *following) verdict(ctx context.Context) error {
	worst := ExitOK
	for _, j := range f.ended {
		worst = max(worst, codeOf(j))
		if err := failure(j); err != nil && f.c.json {
			f.c.report(ctx, err) // a person has read it on the line of the job
		}
	}
	switch {
	case len(f.open) > 0 && !slices.ContainsFunc(f.open, func(id string) bool { return !f.held(id) }):
		return exit(max(worst, ExitNotConfirmed), "Paused, and nothing goes on: %s. seedreel line resume lets the line go on, and the jobs named.",
			english.Plural(len(f.open), "job", ""))
	case len(f.open) > 0:
		// Regardless of other errors, this is what the person has to do.
		which := strings.Join(f.open, " ")
		if n := len(f.open); n > 3 {
			which = fmt.Sprintf("%d jobs", n)
		}
		return exit(ExitNoKey, "Without a key that works nothing goes on with %s. seedreel key sets and tests one; seedreel wait goes on.", which)
	case worst == ExitOK:
		return nil
	}
	return exit(worst, "")
}
