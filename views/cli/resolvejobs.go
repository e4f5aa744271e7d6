package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/store"
	"seedreel/views/words"
)

// uncertain returns an error for a job whose answer was not lost.
func uncertain(j *job.Job) error {
	if j.State != job.Uncertain {
		return exit(ExitInvalid, "Job %s is %s; only an uncertain job can be resolved.", j.ID, words.State(j))
	}
	return nil
}

func (c *commands) resolveLook() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "look job...",
		Short: "Look for uncertain jobs at the service now",
		Args:  someJobs,
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, args []string) error {
			var ids []string
			left := c.several(ctx, e, args, func(j *job.Job) error {
				err := uncertain(j)
				if err == nil {
					j, err = e.Queue.LookNow(ctx, j.ID)
				}
				if err != nil {
					return err
				}
				if j.NextAt.IsZero() {
					return exit(ExitNotOffered, "%s has no list to look for job %s in.", words.Service(j.Provider), j.ID)
				}
				ids = append(ids, j.ID)
				return nil
			})
			if len(ids) == 0 {
				return left
			}
			done := func(j *job.Job, looked bool) bool { return looked || j.State != job.Uncertain }
			return worse(c.follow(ctx, e, ids, done, asJSON), left)
		}),
	}
	jsonFlag(cmd, &asJSON, "the jobs, one a line,")
	cmd.ValidArgsFunction = c.completeJobs
	return cmd
}

func (c *commands) resolveResend() *cobra.Command {
	f := &submitFlags{orderFlags: &orderFlags{count: 1}}
	cmd := &cobra.Command{
		Use:   "resend job",
		Short: "Send an uncertain job once more; this may pay twice",
		Long: "resend sends a job whose answer was lost once more. If the first request arrived, both are billed: that is\n" +
			"asked on a terminal, elsewhere --again answers it.",
		Args: cobra.ExactArgs(1),
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error {
			j, err := find(ctx, e, args[0])
			if err == nil {
				err = uncertain(j)
			}
			if err != nil {
				return err
			}
			return c.send(ctx, e, f, order.Again(j))
		}),
	}
	fl := cmd.Flags()
	jsonFlag(cmd, &f.json, "the job")
	fl.BoolVarP(&f.wait, "wait", "w", false, "wait until the clip is saved")
	fl.BoolVar(&f.again, "again", false, "send it although the first may be billed too")
	consentFlags(cmd, &f.consent)
	cmd.ValidArgsFunction = c.completeJobs
	return cmd
}

func (c *commands) resolveDrop() *cobra.Command {
	var yes, asJSON bool
	cmd := c.onJobs(&cobra.Command{
		Use:   "drop job...",
		Short: "Give uncertain jobs up; what they may have cost stays counted",
	}, func(ctx context.Context, e *engine.Engine, j *job.Job) error {
		err := uncertain(j)
		if err == nil {
			err = c.agreeToDrop(ctx, j, yes)
		}
		if err != nil {
			return err
		}
		dropped, err := e.Queue.Drop(ctx, j.ID)
		if _, stale := errors.AsType[*store.ErrStale](err); stale {
			return exit(ExitInvalid, "Job %s has gone on meanwhile.", j.ID)
		}
		if err != nil {
			return err
		}
		return c.write([]*job.Job{dropped}, asJSON)
	})
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	jsonFlag(cmd, &asJSON, "the jobs, one a line,")
	return cmd
}

// agreeToDrop asks whether to give a job up.
func (c *commands) agreeToDrop(ctx context.Context, j *job.Job, yes bool) error {
	if yes {
		return nil
	}
	if !c.attended() {
		return exit(ExitNotConfirmed, "Job %s is not given up: --yes does it without a question.", j.ID)
	}
	agreed, err := c.agreed(ctx, fmt.Sprintf("Give job %s up? If it was made, its clip is lost and stays counted.", j.ID))
	if err == nil && !agreed {
		return exit(ExitNotConfirmed, "Job %s stays as it is.", j.ID)
	}
	return err
}
