package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/views/words"
)

func (c *commands) cancel() *cobra.Command {
	var asJSON bool
	cmd := c.onJobs(&cobra.Command{
		Use:   "cancel job...",
		Short: "Take jobs out of the line, or stop them where the service can",
		Long: "cancel takes a job out of the line before it is sent. One that the service has is stopped there if the service\n" +
			"can do that and has not begun it; otherwise it goes on, and the command says so.",
		Example: "seedreel cancel k3x7a2mq5rtb",
	}, func(ctx context.Context, e *engine.Engine, j *job.Job) error {
		done, err := e.Queue.Cancel(ctx, j.ID)
		if err != nil {
			return notCancelled(j, err)
		}
		return c.write([]*job.Job{done}, asJSON)
	})
	jsonFlag(cmd, &asJSON, "the jobs, one a line,")
	return cmd
}

// notCancelled gives the reason why a job goes on its exit code.
func notCancelled(j *job.Job, err error) error {
	if _, stale := errors.AsType[*store.ErrStale](err); stale {
		return exit(ExitInvalid, "Job %s is %s; only a waiting one can be cancelled.", j.ID, words.State(j))
	}
	if errors.Is(err, queue.ErrBegun) || errors.Is(err, queue.ErrCannotStop) {
		return exit(ExitNotOffered, "Job %s: %s.", j.ID, words.Error(err))
	}
	return err
}
