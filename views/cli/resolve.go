package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/views/words"
)

func (c *commands) resolve() *cobra.Command {
	var is, not string
	var ask bool
	cmd := &cobra.Command{
		Use:   "resolve job",
		Short: "Say what became of an uncertain job, or ask for one that is gone",
		Long: "resolve shows what the service has that may be a job whose answer was lost.\n" +
			"With --is the job takes a clip over, with --not that clip is ruled out; the search goes on.\n" +
			"Clips that can be told by the program itself are taken over without a question. look searches now, resend\n" +
			"sends the job once more, drop gives it up.\n" +
			"--ask asks the service again, at no cost, for a job that it did not know or gave no clip for. If the job was\n" +
			"sent with another key, it waits for that one and goes on by itself once it is set; seedreel wait follows it.\n" +
			"For a job that waits so, --ask asks with the key in use now: it may be a new one of the same account.",
		Example: "seedreel resolve k3x7a2mq5rtb --is 0f8fad5bd9cb469fa16570867728950e",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if is != "" && not != "" {
				return usage("--is and --not cannot both be given")
			}
			if ask && is+not != "" {
				return usage("--ask is for a job that has its id at the service; --is and --not are for an uncertain one")
			}
			return c.with(cmd, func(e *engine.Engine) error {
				j, err := find(cmd.Context(), e, ids[0])
				if err != nil {
					return err
				}
				switch {
				case ask && j.CanAskHere():
					j, err = e.Queue.AskHere(cmd.Context(), j.ID)
				case ask && !j.CanAskAgain():
					return usage("job %s is %s; only one that its service did not know can be asked for again, or one that waits for another account",
						j.ID, words.State(j))
				case ask:
					j, err = e.Queue.AskAgain(cmd.Context(), j.ID)
				case is != "" || not != "":
					j, err = c.decide(cmd.Context(), e, j, is, not)
				}
				if err != nil {
					return err
				}
				return c.page(cmd.Context(), e, j, false)
			})
		},
	}
	cmd.ValidArgsFunction = c.completeJobs
	cmd.AddCommand(c.resolveLook(), c.resolveResend(), c.resolveDrop())
	cmd.Flags().StringVar(&is, "is", "", "the id at the service of the clip that is this job's")
	cmd.Flags().BoolVar(&ask, "ask", false, "ask the service again for a job that it did not know, or with the key in use now")
	cmd.Flags().StringVar(&not, "not", "", "the id at the service of a clip that is not")
	return cmd
}

func (c *commands) decide(ctx context.Context, e *engine.Engine, j *job.Job, is, not string) (*job.Job, error) {
	if j.State != job.Uncertain {
		return nil, usage("job %s is %s; only an uncertain job can be resolved", j.ID, words.State(j))
	}
	done, err := e.Queue.Resolve(ctx, j.ID, is+not, is != "")
	if errors.Is(err, queue.ErrNoCandidate) {
		return nil, usage("job %s was not found to be %s; seedreel resolve %s lists what it may be", j.ID, is+not, j.ID)
	}
	return done, err
}
