package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// line is one job as JSON. Fields are added, never renamed or removed.
type line struct {
	ID        string           `json:"id"`
	State     job.State        `json:"state"`
	Reason    job.Reason       `json:"reason,omitempty"`
	Service   string           `json:"service"`
	Model     string           `json:"model"`
	Practice  bool             `json:"practice"`
	Prompt    string           `json:"prompt"`
	Values    client.Values    `json:"values"`
	Seed      *int64           `json:"seed,omitempty"`
	Seconds   int              `json:"seconds,omitempty"`
	Estimate  *client.MicroUSD `json:"estimate_usd,omitempty"`
	Charge    *client.MicroUSD `json:"charge_usd,omitempty"`
	RemoteID  string           `json:"remote_id,omitempty"`
	Waiting   string           `json:"waiting,omitempty"`
	Error     string           `json:"error,omitempty"`
	Path      string           `json:"path,omitempty"`
	URL       string           `json:"url,omitempty"`
	CreatedAt time.Time        `json:"created_at"`
	EndedAt   *time.Time       `json:"ended_at,omitempty"`
}

func lineOf(j *job.Job) line {
	l := line{
		ID: j.ID, State: j.State, Reason: j.Reason, Service: j.Provider, Model: j.Model, Practice: j.Practice,
		Prompt: j.Prompt, Values: j.Values, Seconds: j.Seconds, Estimate: j.Estimate, Charge: j.Charge,
		RemoteID: j.RemoteID, Waiting: j.Waiting, Error: j.ErrorText, URL: j.Output.URL, CreatedAt: j.CreatedAt.UTC(),
	}
	if j.HasSeed {
		l.Seed = &j.Seed
	}
	if j.State == job.Saved {
		l.Path = j.Output.Path
	}
	if !j.EndedAt.IsZero() {
		at := j.EndedAt.UTC()
		l.EndedAt = &at
	}
	return l
}

// write writes jobs, one a line.
func write(w io.Writer, jobs []*job.Job, asJSON bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, j := range jobs {
		if asJSON {
			if err := enc.Encode(lineOf(j)); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(w, plain(j)); err != nil {
			return err
		}
	}
	return nil
}

func plain(j *job.Job) string {
	s := safe.Line(j.ID) + "  " + safe.PadRight(words.State(j), 11) + "  "
	switch {
	case j.State == job.Saved:
		s += safe.Line(j.Output.Path)
	case j.State == job.Failed || j.State == job.Uncertain:
		s += words.Of(j).What
	case j.State == job.Queued:
		s += words.Waiting(j.Waiting)
	default:
		s += safe.Truncate(safe.Line(j.Prompt), 60)
	}
	return string(s)
}

func (c *commands) jobs() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "List what is under way and what has just ended",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd, func(e *engine.Engine) error {
				if _, err := e.Queue.Recover(cmd.Context()); err != nil {
					return err
				}
				open, err := e.Store.OpenJobs(cmd.Context())
				if err != nil {
					return err
				}
				recent, err := e.Store.Recent(cmd.Context(), c.o.Now().Add(-24*time.Hour))
				if err != nil {
					return err
				}
				return write(c.o.Out, append(open, recent...), asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the jobs as JSON, one a line")
	return cmd
}

func (c *commands) wait() *cobra.Command {
	var asJSON bool
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "wait [job]...",
		Short: "Go on with jobs until their clips are saved",
		Long:  "wait goes on with the jobs named, or with all that are open, and ends when none of them is.\nctrl+c leaves them running at the service; wait again goes on.",
		RunE: func(cmd *cobra.Command, ids []string) error {
			return c.with(cmd, func(e *engine.Engine) error {
				ctx := cmd.Context()
				if limit > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeoutCause(ctx, limit, exit(ExitTimedOut, "Still under way after %s; seedreel wait goes on.", limit))
					defer cancel()
				}
				if _, err := e.Queue.Recover(ctx); err != nil {
					return err
				}
				if len(ids) == 0 {
					open, err := e.Store.OpenJobs(ctx)
					if err != nil {
						return err
					}
					for _, j := range open {
						ids = append(ids, j.ID)
					}
				}
				return c.follow(ctx, e, ids, func(j *job.Job) bool { return !j.State.Open() }, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the jobs as JSON, one a line, as they end")
	cmd.Flags().DurationVar(&limit, "timeout", 0, "give up waiting after this long, such as 10m; 0 never does")
	return cmd
}

// follow runs the queue's steps until all jobs are done, writes each when it
// is, and ends with the worst exit code among them.
func (c *commands) follow(ctx context.Context, e *engine.Engine, ids []string, done func(*job.Job) bool, asJSON bool) error {
	f := &following{c: c, e: e, done: done, json: asJSON, open: slices.Clone(ids), state: map[string]job.State{}}
	err := queue.Work(ctx, e.Queue, func() bool { return f.look(ctx) }, func(queue.Outcome) {})
	if f.err != nil {
		return f.err
	}
	if err != nil && ctx.Err() != nil {
		cause := context.Cause(ctx)
		if x, ok := cause.(*exitError); ok {
			return x
		}
		c.tell("\nLeft running at the service. seedreel wait goes on with it.")
		return exit(ExitInterruption, "")
	}
	if err != nil {
		return err
	}
	return f.verdict()
}

type following struct {
	c     *commands
	e     *engine.Engine
	done  func(*job.Job) bool
	json  bool
	open  []string
	ended []*job.Job
	state map[string]job.State
	err   error
}

// look reads the jobs, tells what changed and writes those that are done.
func (f *following) look(ctx context.Context) bool {
	for _, id := range slices.Clone(f.open) {
		j, err := f.e.Store.Job(ctx, id)
		if err != nil {
			f.err = fmt.Errorf("job %s: %w", id, err)
			return true
		}
		if f.state[id] != j.State {
			f.state[id] = j.State
			f.c.tell("%s  %s", j.ID, words.State(j))
		}
		if !f.done(j) {
			continue
		}
		f.open = slices.DeleteFunc(f.open, func(x string) bool { return x == id })
		f.ended = append(f.ended, j)
		if f.err = write(f.c.o.Out, []*job.Job{j}, f.json); f.err != nil {
			return true
		}
	}
	return len(f.open) == 0
}

func (f *following) verdict() error {
	worst := ExitOK
	for _, j := range f.ended {
		worst = max(worst, codeOf(j))
	}
	if worst == ExitOK {
		return nil
	}
	return exit(worst, "")
}

func codeOf(j *job.Job) int {
	if j.State == job.Uncertain {
		return ExitUncertain
	}
	if j.State != job.Failed {
		return ExitOK
	}
	switch j.Reason {
	case job.ReasonModeration:
		return ExitModeration
	case job.ReasonFunds:
		return ExitNoFunds
	case job.ReasonUnauthorized:
		return ExitNoKey
	case job.ReasonInvalid, job.ReasonFile:
		return ExitInvalid
	case job.ReasonTimedOut:
		return ExitTimedOut
	default:
		return ExitFailed
	}
}
