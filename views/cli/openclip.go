package cli

import (
	"context"

	"github.com/spf13/cobra"

	"seedreel/client/secret"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/ui/term"
	"seedreel/views/words"
)

func (c *commands) openClip() *cobra.Command {
	return c.onJobs(&cobra.Command{
		Use:   "open job...",
		Short: "Open clips with the desktop of this machine",
		Long: "open shows clips with the program that the desktop has for them. A clip that is not on this disk is opened at\n" +
			"the service, as long as its link lasts.",
		Example: "seedreel open k3x7a2mq5rtb",
	}, func(ctx context.Context, e *engine.Engine, j *job.Job) error {
		target, err := c.target(j)
		if err != nil {
			return err
		}
		show, why := term.Open(ctx, secret.Command, term.Probe(c.o.Getenv), target)
		if show == nil {
			return exit(ExitTrouble, "Not opened: %s. It is %s", why, target)
		}
		if opened, ok := show().(term.OpenedMsg); ok && opened.Err != nil {
			return opened.Err
		}
		return nil
	})
}

// target returns the file of a job, or else its link at the service.
func (c *commands) target(j *job.Job) (string, error) {
	switch {
	case onDisk(j):
		return j.Output.Path, nil
	case j.Output.URL != "" && !j.Practice && (j.Output.Expires.IsZero() || c.o.Now().Before(j.Output.Expires)):
		return j.Output.URL, nil
	case j.State == job.Saved:
		return "", exit(ExitNotFound, "The clip of job %s is not on this disk any more; seedreel download %s fetches it.", j.ID, j.ID)
	}
	return "", exit(ExitNotFound, "Job %s has no clip: %s", j.ID, words.State(j))
}
