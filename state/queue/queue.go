package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/download"
	"seedreel/state/instance"
	"seedreel/state/job"
	"seedreel/state/random"
	"seedreel/state/store"
)

// Downloader fetches clips; *download.Downloader is one.
type Downloader interface {
	Get(ctx context.Context, o download.Order) (download.Result, error)
	// Discard removes an unfinished download of a job from a folder.
	Discard(dir, jobID string) error
}

// Options configures a queue. All fields without a default are required.
type Options struct {
	Store *store.Store
	// Providers returns the service of a name, the real one or the simulator.
	// On an error, such as a missing key, its jobs wait.
	Providers func(provider string, practice bool) (client.Provider, error)
	// Account names the account in use at a service, as job.Account does, ""
	// where there is none; nil means that accounts are not told apart.
	Account func(provider string, practice bool) string
	// Refresh has keys and settings read again that another process may have
	// changed: a job may wait for them. May be nil.
	Refresh    func() error
	Catalogue  *catalogue.Shelf
	Downloader Downloader
	Instance   *instance.Instance
	// Media opens a local file to be sent with a request.
	Media func(path string) (client.File, error)
	// Dir returns the folder for a job's clip.
	Dir func(j *job.Job) string
	// Stem returns the name of a job's clip without an extension, "" for the
	// usual one; nil means that all have that.
	Stem func(ctx context.Context, j *job.Job) string
	// Limits returns a service's limits for the account; called at every Next.
	Limits func(store.Service) store.Limit
	// MinPoll returns the shortest time between two polls of a service's job;
	// nil means MinPoll of this package.
	MinPoll func(provider string) time.Duration
	// Now is the clock, UTC; nil means time.Now.
	Now func() time.Time
	// Rand is the source of seeds, ids and jitter; nil means crypto/rand.
	Rand io.Reader
	// Zone is the time zone of clip names; nil means UTC.
	Zone *time.Location
	// Ended is called when a step or a person has ended a job, saved or failed,
	// after that is stored; nil does nothing.
	Ended func(ctx context.Context, j *job.Job)
	// Log receives every step and its result, by the ids of the job; nil logs
	// nothing. The handler must redact and escape its output.
	Log *slog.Logger
}

const (
	// leaseTTL must outlast a poll, and the pauses between two progress
	// reports of a download.
	leaseTTL = time.Minute
	// submitLimit is how long to wait for the answer to a POST: the services
	// answer within seconds, but a lost answer is the most costly one.
	submitLimit = 2 * time.Minute
	// quitLimit is how long to wait for an answer once the user quits. An
	// answer that has not come by then is uncertain, and searched for later.
	quitLimit = 15 * time.Second
	pollLimit = 15 * time.Second
	// pollsAtOnce and downloadsAtOnce bound what is in progress at a time.
	pollsAtOnce     = 8
	downloadsAtOnce = 2
)

// Queue does the steps of jobs. Its methods may be called from several
// goroutines, never from the one that draws the screen.
type Queue struct {
	o       Options
	stretch atomic.Uint64 // float64 bits

	mu    sync.Mutex
	gates map[store.Service]*gate
	// answered holds the services that were reached.
	answered map[store.Service]bool
	paused   time.Time // downloads, for want of disk
	// cuts is when requests of this process were given up, by its steady clock,
	// while the service's clock was not known.
	cuts map[string]time.Time
	// learnt holds run times that were read a moment ago.
	learnt map[runKind]knownRuns
	// claimed holds the leased jobs as they were read, until they are run.
	claimed map[string]*job.Job
	// recovered is when Recover was last called.
	recovered time.Time
}

// New returns a queue. Recover must be called before the first Next.
func New(o Options) *Queue {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.MinPoll == nil {
		o.MinPoll = MinPoll
	}
	if o.Account == nil {
		o.Account = func(string, bool) string { return "" }
	}
	if o.Stem == nil {
		o.Stem = func(context.Context, *job.Job) string { return "" }
	}
	if o.Ended == nil {
		o.Ended = func(context.Context, *job.Job) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	q := &Queue{o: o, gates: map[store.Service]*gate{}, answered: map[store.Service]bool{}, cuts: map[string]time.Time{}, learnt: map[runKind]knownRuns{}, claimed: map[string]*job.Job{}, recovered: o.Now()}
	q.SetStretch(1)
	return q
}

// Catalogue returns the current models.
func (q *Queue) Catalogue() *catalogue.Catalogue { return q.o.Catalogue.Now() }

// SetStretch multiplies the pauses between polls by a factor of at least 1,
// for a terminal in the background.
func (q *Queue) SetStretch(factor float64) {
	q.stretch.Store(math.Float64bits(max(factor, 1)))
}

// Kind is the kind of step a task does.
type Kind int

// The kinds of task.
const (
	// Submit hands media over and sends the request.
	Submit Kind = iota
	// Poll polls a job.
	Poll
	// Download fetches the clip.
	Download
	// Look searches the service's records for a request without an answer.
	Look
)

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case Submit:
		return "submit"
	case Poll:
		return "poll"
	case Download:
		return "download"
	case Look:
		return "look"
	}
	return "unknown"
}

// Task is one step that is due and leased to this process: it must be Run.
type Task struct {
	Kind  Kind
	JobID string
}

// Progress reports moving bytes. Total is 0 when not known.
type Progress struct {
	JobID string
	// Phase is PhaseUpload or PhaseDownload.
	Phase       string
	Done, Total int64
}

// The phases of Progress.
const (
	PhaseUpload   = "upload"
	PhaseDownload = "download"
)

// Outcome is the result of a step.
type Outcome struct {
	Task Task
	// Job is the job as stored now.
	Job *job.Job
	// Was is its state before the step.
	Was job.State
	// NextAt is when its next step is due, zero when none is.
	NextAt time.Time
	// Err is an error that the step met and handled, nil if there was none: a
	// service that did not answer, a second record that could not be written.
	Err error
}

// Run does one step and stores its result. Trouble with a service is part of
// the Outcome; an error means that the step could not be stored or that ctx
// ended. A POST that has begun is not ended by ctx.
func (q *Queue) Run(ctx context.Context, t Task, progress func(Progress)) (Outcome, error) {
	began := q.o.Now()
	out, err := q.run(ctx, t, progress)
	q.logStep(ctx, &out, err, q.o.Now().Sub(began))
	return out, err
}

func (q *Queue) run(ctx context.Context, t Task, progress func(Progress)) (Outcome, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	j, err := q.read(ctx, t.JobID)
	if err != nil {
		return Outcome{Task: t}, fmt.Errorf("starting to %s: %w", t.Kind, err)
	}
	s := &step{q: q, task: t, was: j.State, progress: progress}
	switch t.Kind {
	case Submit:
		err = s.submit(ctx, j)
	case Poll:
		err = s.poll(ctx, j)
	case Download:
		err = s.download(ctx, j)
	case Look:
		err = s.look(ctx, j)
	}
	if s.job != nil && err == nil && s.job.State != s.was && (s.job.State == job.Saved || s.job.State == job.Failed) {
		q.o.Ended(ctx, s.job)
	}
	out := Outcome{Task: t, Job: s.job, Was: s.was, Err: s.trouble}
	if stale, ok := errors.AsType[*store.ErrStale](err); ok {
		// The job was moved meanwhile, by a decision of the user or because
		// this process was thought dead. That change is kept.
		out.Err = errors.Join(out.Err, stale)
		out.Job, err = q.o.Store.Job(context.WithoutCancel(ctx), t.JobID)
	}
	if err != nil {
		// Nothing else could be written either, so a lease that stays until it
		// expires changes nothing.
		_ = q.o.Store.Release(context.WithoutCancel(ctx), t.JobID, q.o.Instance.ID())
		return out, fmt.Errorf("doing a %s: %w", t.Kind, err)
	}
	if out.Job != nil && (out.Job.State.Open() || out.Job.State == job.Uncertain) {
		out.NextAt = out.Job.NextAt
	}
	return out, nil
}

// read returns a job as Next has leased it, which keeps others from changing
// what a step needs, or as it is stored. What a step writes is checked against
// the row as it is then.
func (q *Queue) read(ctx context.Context, id string) (*job.Job, error) {
	q.mu.Lock()
	j := q.claimed[id]
	delete(q.claimed, id)
	q.mu.Unlock()
	if j != nil {
		return j, nil
	}
	return q.o.Store.Job(ctx, id)
}

// step is one run of a task.
type step struct {
	q        *Queue
	task     Task
	was      job.State
	progress func(Progress)
	job      *job.Job
	trouble  error
	// posted is when the request left, by the steady clock.
	posted time.Time
}

// settle stores the end of a step and releases the lease. It is not ended by
// ctx: what is known by now must survive a quit.
func (s *step) settle(ctx context.Context, from []job.State, edit func(*job.Job)) error {
	_, err := s.keep(ctx, func(ctx context.Context) (*job.Job, error) {
		return s.q.o.Store.Settle(ctx, s.task.JobID, s.q.o.Instance.ID(), from, edit)
	})
	return err
}

// advance stores a step's progress and keeps the lease.
func (s *step) advance(ctx context.Context, from []job.State, edit func(*job.Job)) (*job.Job, error) {
	return s.keep(ctx, func(ctx context.Context) (*job.Job, error) {
		return s.q.o.Store.Step(ctx, s.task.JobID, s.q.o.Instance.ID(), from, edit)
	})
}

// keep runs a write of the step's job and returns the job as it is then.
func (s *step) keep(ctx context.Context, write func(ctx context.Context) (*job.Job, error)) (*job.Job, error) {
	err := s.q.stored(ctx, func(ctx context.Context) error {
		j, err := write(ctx)
		if err == nil {
			s.job = j
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.job, nil
}

func serviceOf(j *job.Job) store.Service {
	return store.Service{Provider: j.Provider, Practice: j.Practice}
}

// model returns the catalogue's entry. A model that has left the catalogue can
// still be polled for: its paid jobs go on.
func (q *Queue) model(j *job.Job) (m *catalogue.Model, known bool) {
	ref := catalogue.Ref{Provider: j.Provider, ID: j.Model}
	if m := q.o.Catalogue.Now().Model(ref); m != nil {
		return m, true
	}
	return &catalogue.Model{Provider: j.Provider, ID: j.Model}, false
}

// jitter spreads a pause by up to 15 % either way, so that jobs that failed
// together are not tried again together. Without a random number the pause is as good.
func (q *Queue) jitter(d time.Duration) time.Duration {
	n, err := random.Between(q.o.Rand, 850, 1150)
	if err != nil {
		return d
	}
	return d * time.Duration(n) / 1000
}

func (q *Queue) stretched() float64 { return math.Float64frombits(q.stretch.Load()) }
