package cli

import (
	"context"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
)

// inLine writes jobs that wait to be sent. added is how many of them are new.
func (c *commands) inLine(jobs []*job.Job, added int, asJSON bool) error {
	c.tell("%d in line; seedreel work, a wait or the screens send them", added)
	return c.write(jobs, asJSON)
}

func (c *commands) work() *cobra.Command {
	var asJSON, stay bool
	cmd := &cobra.Command{
		Use:   "work",
		Short: "Send what is in line, and save every clip",
		Long: "work sends what waits in line, as fast as the services' limits allow, and goes on with everything that is open,\n" +
			"also with what other programs put in line meanwhile, until nothing is left. Each job is written when it has\n" +
			"ended. With --stay it waits for more until ctrl+c.",
		Example: "seedreel submit --from rows.csv --queue && seedreel work --json",
		Args:    cobra.NoArgs,
		RunE:    c.runWithModels(func(ctx context.Context, e *engine.Engine, _ []string) error { return c.runWork(ctx, e, stay, asJSON) }),
	}
	cmd.Flags().BoolVar(&stay, "stay", false, "wait for more when nothing is left")
	jsonFlag(cmd, &asJSON, "the jobs, one a line as they end,")
	return cmd
}

func (c *commands) runWork(ctx context.Context, e *engine.Engine, stay, asJSON bool) error {
	f := c.following(e, nil, c.ended, asJSON)
	f.all, f.stay = map[string]bool{}, stay
	return f.run(ctx)
}
