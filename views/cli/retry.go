package cli

import (
	"context"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/views/words"
)

func (c *commands) retry() *cobra.Command {
	f := &makeReelFlags{}
	var silent bool
	cmd := &cobra.Command{
		Use:   "retry job...",
		Short: "Make jobs that failed and cost nothing once more",
		Long: "retry orders a new job for each that failed, with the same values and the same seed, as one order with one\n" +
			"question. A job that may have been billed is left out and told: seedreel again makes another take of it.",
		Example: "seedreel retry k3x7a2mq5rtb\nseedreel history state:failed reason:provider --json | seedreel retry - --yes --queue",
		Args:    someJobs,
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error {
			var drafts []order.Draft
			left := c.several(ctx, e, args, func(j *job.Job) error {
				if err := triable(j); err != nil {
					return err
				}
				if silent {
					drafts = append(drafts, order.Silent(j))
				} else {
					drafts = append(drafts, order.Retry(j))
				}
				return nil
			})
			if len(drafts) == 0 {
				return left
			}
			if _, err := e.Queue.Recover(ctx); err != nil {
				return err
			}
			return worse(c.orderReel(ctx, e, drafts, f), left)
		}),
	}
	cmd.Flags().BoolVar(&silent, "silent", false, "with the sound off, where only that was refused")
	orderingFlags(cmd, f)
	cmd.ValidArgsFunction = c.completeJobs
	return cmd
}

// triable returns an error for a job that cannot be made once more for nothing.
func triable(j *job.Job) error {
	switch {
	case j.State != job.Failed:
		return exit(ExitInvalid, "Job %s is %s; only a failed one can be tried again.", j.ID, words.State(j))
	case j.MaybeBilled():
		return exit(ExitInvalid, "Job %s may have been billed; seedreel again %s makes another take.", j.ID, j.ID)
	}
	return nil
}

// orderingFlags adds the flags of a command that orders several jobs at once.
func orderingFlags(cmd *cobra.Command, f *makeReelFlags) {
	consentFlags(cmd, &f.consent)
	fl := cmd.Flags()
	fl.BoolVar(&f.again, "again", false, "order although the same was submitted before, seed included")
	fl.BoolVarP(&f.wait, "wait", "w", false, "wait until the clips are saved")
	fl.BoolVar(&f.queue, "queue", false, "only put in line: seedreel work, a wait or the screens send it")
	cmd.MarkFlagsMutuallyExclusive("queue", "wait")
	jsonFlag(cmd, &f.json, "the jobs, one a line,")
}
