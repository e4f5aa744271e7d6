// Package hook runs the programs that a person wants run when a job has ended.
//
// A program gets the job as JSON on its standard input. There is no shell, its
// environment has no keys, its time is limited, and what it writes goes to the
// log. It is run at most once: by the process that stored the end of the job.
package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"seedreel/client/secret"
	"seedreel/state/job"
)

const (
	// Limit is how long a program may take.
	Limit = 30 * time.Second
	// grace is how long its pipes may stay open once it was stopped.
	grace = 2 * time.Second
	// keptOutput is how much of what it writes is logged, in bytes.
	keptOutput = 4 << 10
)

// Programs are the programs of the two ends, with their arguments; empty for
// none.
type Programs struct {
	Saved, Failed []string
}

// Runner runs programs.
type Runner struct {
	// Programs returns what is set now.
	Programs func() (Programs, error)
	Log      *slog.Logger
	// Limit is how long a program may take; 0 means Limit of this package.
	Limit time.Duration
}

// Ended runs the program for the end of a job, if there is one, and waits for
// it. What goes wrong is logged: the job has ended well or not without it.
func (r *Runner) Ended(ctx context.Context, j *job.Job) {
	p, err := r.Programs()
	if err != nil {
		r.Log.WarnContext(ctx, "no program was run, as the settings cannot be read", "job", j.ID, "err", err)
		return
	}
	name, args := "on_saved", p.Saved
	if j.State == job.Failed {
		name, args = "on_failed", p.Failed
	}
	if len(args) == 0 {
		return
	}
	out, err := r.run(ctx, args, j)
	logged := []any{"setting", name, "job", j.ID, "program", args[0], "output", string(out)}
	if err != nil {
		r.Log.WarnContext(ctx, "a program that was run for a job failed", append(logged, "err", err)...)
		return
	}
	r.Log.InfoContext(ctx, "a program was run for a job", logged...)
}

func (r *Runner) run(ctx context.Context, args []string, j *job.Job) ([]byte, error) {
	text, err := json.Marshal(j.Record())
	if err != nil {
		return nil, err
	}
	limit := r.Limit
	if limit == 0 {
		limit = Limit
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("it took longer than "+limit.String()))
	defer cancel()
	cmd := secret.Command(ctx, args[0], args[1:]...)
	out := &head{most: keptOutput}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(append(text, '\n')), out, out
	cmd.WaitDelay = grace
	err = cmd.Run()
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out.b, err
}

// head keeps the beginning of what is written.
type head struct {
	b    []byte
	most int
}

// Write keeps what there is room for, and takes the rest too: a program whose
// output is not read would not end.
func (h *head) Write(p []byte) (int, error) {
	h.b = append(h.b, p[:min(len(p), h.most-len(h.b))]...)
	return len(p), nil
}
