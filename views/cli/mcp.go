package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"seedreel/views/agent"
)

// mcp serves agents on standard input and output.
func (c *commands) mcp() *cobra.Command {
	var readOnly, yes bool
	var most dollars
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Serve agents by the Model Context Protocol",
		Long: "mcp is a server of the Model Context Protocol on standard input and output: an agent's program starts it and calls\n" +
			"its tools: models, estimate, jobs, show, history, reel, costs, and submit, wait, reel_make unless --read-only.\n" +
			"They are the commands of the same names: every paid call names a ceiling, passes the order desk, and keeps within\n" +
			"daily_limit_usd. Above confirm_above_usd a call is refused unless the server was started with --yes. An agent can\n" +
			"name pictures on this machine, which are then given to the service.",
		Example: "seedreel mcp --read-only\nseedreel mcp --yes --most 0.50",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := agent.Options{
				Run: c.nested, Version: c.o.Version, ReadOnly: readOnly, Yes: yes, StillWorking: ExitTimedOut,
			}
			if most.amount != nil {
				o.Most = *most.amount
			}
			for _, f := range c.addOrderFlags(&cobra.Command{}).fields {
				o.Fields = append(o.Fields, flagName(f.role))
			}
			return agent.Serve(cmd.Context(), o, c.o.In, c.o.Out)
		},
	}
	cmd.Flags().BoolVar(&readOnly, "read-only", false, "offer only what orders and changes nothing")
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "agree to every price below the ceiling that a call names")
	cmd.Flags().Var(&most, "most", "the highest ceiling that a call may name, in dollars")
	cmd.MarkFlagsMutuallyExclusive("read-only", "yes")
	return cmd
}

// nested runs a command line within this one, with streams of its own. Nobody
// is asked anything.
func (c *commands) nested(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	o := c.o
	o.Args, o.In, o.Out, o.Err = args, in, out, errs
	return Run(ctx, o)
}
