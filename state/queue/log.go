package queue

import (
	"context"
	"log/slog"
	"time"

	"seedreel/state/job"
)

// logStep logs the result of a step: enough to follow one job from its order
// to its clip, or to where it was lost. A poll without news is logged for
// --debug only, a search for a lost answer always.
func (q *Queue) logStep(ctx context.Context, out *Outcome, err error, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{slog.String("step", out.Task.Kind.String()), slog.Duration("took", took.Round(time.Millisecond))}
	if j := out.Job; j != nil {
		attrs = append(attrs, slog.String("was", string(out.Was)))
		attrs = append(attrs, jobAttrs(j)...)
		if j.State == out.Was && out.Err == nil && out.Task.Kind != Look {
			level = slog.LevelDebug
		}
	} else {
		attrs = append(attrs, slog.String("job", out.Task.JobID))
	}
	if out.Err != nil {
		level = slog.LevelWarn
		attrs = append(attrs, slog.Any("trouble", out.Err))
	}
	if err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.Any("err", err))
	}
	q.o.Log.LogAttrs(context.WithoutCancel(ctx), level, "step", attrs...)
}

// logPost logs a request before it leaves: beside the store's, the only trace
// of one whose process dies meanwhile.
func (q *Queue) logPost(ctx context.Context, j *job.Job) {
	attrs := append(jobAttrs(j), slog.Int("attempt", j.Attempt), slog.Time("posted", j.PostedAt))
	if j.HasSeed {
		attrs = append(attrs, slog.Int64("seed", j.Seed))
	}
	q.o.Log.LogAttrs(context.WithoutCancel(ctx), slog.LevelInfo, "sending", attrs...)
}

// logJob logs a change of a job outside of a step.
func (q *Queue) logJob(ctx context.Context, what string, j *job.Job, more ...any) {
	attrs := jobAttrs(j)
	for i := 0; i+1 < len(more); i += 2 {
		if k, ok := more[i].(string); ok {
			attrs = append(attrs, slog.Any(k, more[i+1]))
		}
	}
	q.o.Log.LogAttrs(context.WithoutCancel(ctx), slog.LevelInfo, what, attrs...)
}

// jobAttrs returns the ids and the state of a job, never its prompt.
func jobAttrs(j *job.Job) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("job", j.ID), slog.String("service", j.Provider), slog.String("model", j.Model), slog.String("state", string(j.State)),
	}
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	if j.Practice {
		add("practice", "yes")
	}
	add("remote", j.RemoteID)
	add("reason", string(j.Reason))
	add("waiting", string(j.Waiting))
	add("code", j.ErrorCode)
	add("said", j.ErrorText)
	if j.State == job.Saved {
		add("path", j.Output.Path)
	}
	if j.Fails > 0 {
		attrs = append(attrs, slog.Int("fails", j.Fails))
	}
	return attrs
}
