package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// deleteFlags are the flags of delete.
type deleteFlags struct {
	clip, record, yes, json bool
}

// deletedLine is a deleted job as JSON.
type deletedLine struct {
	ID     string `json:"id"`
	Clip   bool   `json:"clip"`
	Record bool   `json:"record"`
}

func (c *commands) delete() *cobra.Command {
	f := &deleteFlags{}
	cmd := c.onJobs(&cobra.Command{
		Use:   "delete job...",
		Short: "Delete jobs from the history; what they cost stays counted",
		Long: "delete removes jobs that have ended from the history, with prompt and inputs. The files stay, unless --clip\n" +
			"is given; --record deletes the service's own record too, where it has such a thing. Nothing is refunded.\n" +
			"It asks first; off a terminal --yes is needed.",
		Example: "seedreel delete k3x7a2mq5rtb --clip",
	}, func(ctx context.Context, e *engine.Engine, j *job.Job) error { return c.deleteOne(ctx, e, j, f) })
	fl := cmd.Flags()
	fl.BoolVar(&f.clip, "clip", false, "also the files on this machine")
	fl.BoolVar(&f.record, "record", false, "also the record at the service")
	fl.BoolVarP(&f.yes, "yes", "y", false, "do not ask")
	jsonFlag(cmd, &f.json, "what was deleted, one job a line,")
	return cmd
}

func (c *commands) deleteOne(ctx context.Context, e *engine.Engine, j *job.Job, f *deleteFlags) error {
	if j.State.Open() || j.State == job.Uncertain {
		return exit(ExitInvalid, "Job %s is %s; it would go on unseen, so it is not deleted.", j.ID, words.State(j))
	}
	if err := c.agreeToDelete(ctx, j, f); err != nil {
		return err
	}
	if f.record {
		if err := e.Account.DeleteRecord(ctx, j); err != nil {
			return notOffered(j.Provider, "record that could be deleted", err)
		}
	}
	if err := e.Store.Delete(ctx, j.ID); err != nil {
		if _, stale := errors.AsType[*store.ErrStale](err); stale {
			return exit(ExitInvalid, "Job %s has gone on meanwhile; it is not deleted.", j.ID)
		}
		return err
	}
	if f.clip {
		if err := queue.RemoveFiles(j); err != nil {
			return err
		}
	}
	if f.json {
		return c.object(deletedLine{ID: j.ID, Clip: f.clip, Record: f.record})
	}
	return c.print("%s  deleted", j.ID)
}

// agreeToDelete asks whether to delete a job.
func (c *commands) agreeToDelete(ctx context.Context, j *job.Job, f *deleteFlags) error {
	if f.yes {
		return nil
	}
	if !c.attended() {
		return exit(ExitNotConfirmed, "Job %s is not deleted: --yes does it without a question.", j.ID)
	}
	what := "the entry, the files stay"
	if f.clip {
		what = "the entry and its files"
	}
	yes, err := c.agreed(ctx, fmt.Sprintf("Delete job %s, “%s”: %s?", j.ID, safe.Truncate(safe.Line(j.Prompt), 40), what))
	if err == nil && !yes {
		return exit(ExitNotConfirmed, "Job %s is kept.", j.ID)
	}
	return err
}
