package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// waitingLine is the line as JSON, and the place of a job in it.
type waitingLine struct {
	Paused  bool   `json:"paused"`
	Waiting int    `json:"waiting"`
	Job     string `json:"job,omitempty"`
	Place   int    `json:"place,omitempty"`
}

func (c *commands) line() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "line", Short: "List, reorder, pause and edit what waits to be sent", Args: cobra.NoArgs,
		Long: "line lists the jobs that wait to be sent, in the order in which they leave. Its commands change that order, hold\n" +
			"one job or all of them back, and change what a job asks for. All programs of this machine heed them at once.",
		Example: "seedreel line\nseedreel line move k3x7a2mq5rtb --first\nseedreel line pause",
		RunE:    c.runWith(func(ctx context.Context, e *engine.Engine, _ []string) error { return c.listLine(ctx, e, asJSON) }),
	}
	jsonFlag(cmd, &asJSON, "the jobs, one a line,")
	cmd.AddCommand(c.lineMove(), c.linePause(true), c.linePause(false), c.lineEdit())
	return cmd
}

func (c *commands) listLine(ctx context.Context, e *engine.Engine, asJSON bool) error {
	jobs, err := e.Store.Line(ctx)
	if err != nil {
		return err
	}
	paused, err := e.Store.LinePaused(ctx)
	if err != nil {
		return err
	}
	if paused {
		c.tell("the line is paused; seedreel line resume lets it go on")
	}
	if len(jobs) == 0 && !asJSON {
		c.tell("nothing waits")
	}
	for i, j := range jobs {
		if asJSON {
			err = c.object(j.Record())
		} else {
			err = c.print("%*d  %s", len(fmt.Sprint(len(jobs))), i+1, c.plain(j)+"  "+safe.Truncate(safe.Line(j.Prompt), 60))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *commands) lineMove() *cobra.Command {
	var up, down int
	var firstOne, lastOne, asJSON bool
	cmd := &cobra.Command{
		Use: "move job", Short: "Let a waiting job leave earlier or later", Args: cobra.ExactArgs(1),
		Example: "seedreel line move k3x7a2mq5rtb --up 3",
		RunE: func(cmd *cobra.Command, args []string) error {
			by := down - up
			switch {
			case firstOne:
				by = queue.ToFirst
			case lastOne:
				by = queue.ToLast
			case up < 0 || down < 0 || by == 0:
				return usage("line move needs --first, --last, --up N or --down N, N above 0")
			}
			return c.with(cmd, func(e *engine.Engine) error {
				j, err := find(cmd.Context(), e, args[0])
				if err != nil {
					return err
				}
				place, err := e.Queue.Move(cmd.Context(), j.ID, by)
				if err != nil {
					return notWaiting(j, err)
				}
				return c.tellLine(cmd.Context(), e, waitingLine{Job: j.ID, Place: place}, asJSON)
			})
		},
	}
	fl := cmd.Flags()
	fl.IntVar(&up, "up", 0, "places earlier")
	fl.IntVar(&down, "down", 0, "places later")
	fl.BoolVar(&firstOne, "first", false, "before all others")
	fl.BoolVar(&lastOne, "last", false, "after all others")
	cmd.MarkFlagsMutuallyExclusive("up", "down", "first", "last")
	jsonFlag(cmd, &asJSON, "the line,")
	cmd.ValidArgsFunction = c.completeJobs
	return cmd
}

func (c *commands) linePause(on bool) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "pause [job...]", Short: "Hold waiting jobs back, or the whole line",
		Long:    "pause holds the jobs named back, or the whole line. What the services have already goes on.",
		Example: "seedreel line pause\nseedreel line pause k3x7a2mq5rtb",
	}
	if !on {
		cmd.Use, cmd.Short = "resume [job...]", "Let paused jobs, or the whole line, go on"
		cmd.Long = "resume lets the jobs named wait for their turn again, or lets the whole line go on; jobs that were paused by\n" +
			"themselves stay paused until they are named."
		cmd.Example = "seedreel line resume"
	}
	cmd.RunE = c.runWith(func(ctx context.Context, e *engine.Engine, args []string) error {
		if len(args) == 0 {
			if err := e.Queue.PauseLine(ctx, on); err != nil {
				return err
			}
			return c.tellLine(ctx, e, waitingLine{}, asJSON)
		}
		return c.several(ctx, e, args, func(j *job.Job) error {
			done, err := e.Queue.Pause(ctx, j.ID, on)
			if err != nil {
				return notWaiting(j, err)
			}
			return c.write([]*job.Job{done}, asJSON)
		})
	})
	jsonFlag(cmd, &asJSON, "the jobs, one a line, or the line,")
	cmd.ValidArgsFunction = c.completeJobs
	return cmd
}

// tellLine prints what has become of the line.
func (c *commands) tellLine(ctx context.Context, e *engine.Engine, l waitingLine, asJSON bool) error {
	jobs, err := e.Store.Line(ctx)
	if err != nil {
		return err
	}
	if l.Paused, err = e.Store.LinePaused(ctx); err != nil {
		return err
	}
	l.Waiting = len(jobs)
	switch {
	case asJSON:
		return c.object(l)
	case l.Job != "":
		return c.print("%s  %d of %d in line", l.Job, l.Place, l.Waiting)
	case l.Paused:
		return c.print("The line is paused, %s.", english.Plural(l.Waiting, "job waits", "jobs wait"))
	}
	return c.print("The line goes on, %s.", english.Plural(l.Waiting, "job waits", "jobs wait"))
}

// notWaiting gives the reason why a job cannot be moved, paused or edited its
// exit code.
func notWaiting(j *job.Job, err error) error {
	if e, ok := errors.AsType[*store.ErrStale](err); ok {
		now := *j
		now.State = e.Have
		return exit(ExitInvalid, "Job %s is %s; only one that waits in line can be changed.", j.ID, words.State(&now))
	}
	return err
}

// lineEditFlags are the flags of line edit.
type lineEditFlags struct {
	*orderFlags
	consent
	json bool
}

func (c *commands) lineEdit() *cobra.Command {
	f := &lineEditFlags{}
	cmd := &cobra.Command{
		Use: "edit job", Short: "Change what a waiting job asks for", Args: cobra.ExactArgs(1),
		Long: "edit changes the fields named of a job that waits, and keeps the others and its seed. The price is asked again,\n" +
			"and what the order desk asks is answered as for submit. The job keeps its place in line.",
		Example: "seedreel line edit k3x7a2mq5rtb --prompt \"A lake at dusk\" --duration 8",
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error {
			return c.editWaiting(ctx, e, args[0], f)
		}),
	}
	f.orderFlags = c.addOrderFlags(cmd)
	_ = cmd.Flags().MarkHidden("count") // it is one job
	consentFlags(cmd, &f.consent)
	cmd.Flags().BoolVar(&f.again, "again", false, "change it although the same was submitted before, seed included")
	jsonFlag(cmd, &f.json, "the job")
	cmd.ValidArgsFunction = c.completeJobs
	return cmd
}

// orderedAt returns the price that a job is ordered at.
func orderedAt(j *job.Job) string {
	if j.Estimate == nil {
		return "an unknown price"
	}
	return j.Estimate.String()
}

func (c *commands) editWaiting(ctx context.Context, e *engine.Engine, id string, f *lineEditFlags) error {
	j, err := find(ctx, e, id)
	if err != nil {
		return err
	}
	if f.count != 1 {
		return usage("line edit changes one job; --count is for new ones")
	}
	if f.of = e.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model}); f.of == nil && f.model == "" {
		return exit(ExitNotFound, "The catalogue no longer has %s; --model names another.", j.Model)
	}
	m, given, err := c.given(ctx, e, f.orderFlags)
	if err != nil {
		return err
	}
	if len(given) == 0 && m == f.of {
		return usage("line edit needs a field to change, such as --prompt or --duration")
	}
	v := m.Adopt(j.Values)
	for r, x := range given {
		v[r] = x
	}
	p, err := e.Desk.Prepare(ctx, order.Edit(j, m, v, nil))
	if err != nil {
		return notWaiting(j, err)
	}
	if errs := p.Errors(); len(errs) > 0 {
		return invalid(errs)
	}
	jobs, err := c.ordered(ctx, e, p, &f.consent, 1)
	if err != nil {
		return notWaiting(j, err)
	}
	c.tell("changed, for %s; it was %s", orderedAt(jobs[0]), orderedAt(j))
	return c.write(jobs, f.json)
}
