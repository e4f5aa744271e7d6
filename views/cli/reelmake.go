package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
)

// makeReelFlags are the flags of reel make.
type makeReelFlags struct {
	makeFlags
	consent
	wait, queue bool
}

func (c *commands) reelMake() *cobra.Command {
	f := &makeReelFlags{}
	cmd := &cobra.Command{
		Use: "make [reel or file]", Short: "Order what of a reel is not made yet", Args: cobra.MaximumNArgs(1),
		Long: "make orders the takes of all shots in one order, after the price and the questions of it. Run again it makes\n" +
			"nothing twice: what was made is known by its content, wherever it is in the reel. A file has to be imported\n" +
			"first. A shot with a problem is left out and told.",
		Example: `seedreel reel make --draft --max-cost 2
seedreel reel make "Harbour trailer" --shot 3..5 --wait --yes`,
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error {
			return c.runReelMake(ctx, e, first(args), f)
		}),
	}
	f.makeFlags.add(cmd)
	orderingFlags(cmd, f)
	return cmd
}

func (c *commands) runReelMake(ctx context.Context, e *engine.Engine, name string, f *makeReelFlags) error {
	if r, err := findReel(ctx, e, name); err != nil {
		return err
	} else if len(r.Shots) == 0 {
		return exit(ExitInvalid, "Reel %q has no shots.", r.Name)
	}
	// What a killed process left behind would keep its place in the queue.
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	parts, problems, err := c.plan(ctx, e, name, &f.makeFlags, c.lastFrame(ctx, e))
	if err != nil {
		return err
	}
	bad, err := c.tellProblems(problems, false)
	if err != nil {
		return err
	}
	broken := map[int]bool{}
	for _, p := range problems {
		if !p.Hint {
			broken[p.Number] = true
		}
	}
	sound := parts[:0:0]
	for _, p := range parts {
		if !broken[p.Number] && !broken[0] {
			sound = append(sound, p)
		}
	}
	var left error
	if bad {
		left = exit(ExitInvalid, "")
	}
	if len(sound) == 0 {
		if left == nil {
			return c.print("Nothing to make")
		}
		return left
	}
	if err := c.orderReel(ctx, e, drafts(e, sound), f); err != nil {
		return err
	}
	return left
}

// orderReel passes parts by the desk and follows the jobs.
func (c *commands) orderReel(ctx context.Context, e *engine.Engine, parts []order.Draft, f *makeReelFlags) error {
	p, err := e.Desk.Prepare(ctx, parts...)
	if err != nil {
		return refused(err)
	}
	if errs := p.Errors(); len(errs) > 0 {
		return invalid(errs)
	}
	clips, made := 0, 0
	for i := range p.Lines {
		clips += p.Lines[i].Count
		made += p.Lines[i].Made
	}
	jobs, err := c.ordered(ctx, e, p, &f.consent, clips)
	if err != nil {
		return err
	}
	if f.queue {
		return c.inLine(jobs, clips, f.json)
	}
	price := priceOfAll(p)
	what := "clips"
	if clips == 1 {
		what = "clip"
	}
	told := fmt.Sprintf("submitting %d %s, %s", clips, what, price)
	if made > 0 {
		told += fmt.Sprintf("; %d made already", made)
	}
	c.tell("%s", told)
	return c.followAdded(ctx, e, jobs, f.wait, f.json)
}

// followAdded works on jobs until the service has them, or until they are saved.
func (c *commands) followAdded(ctx context.Context, e *engine.Engine, added []*job.Job, wait, asJSON bool) error {
	ids := make([]string, len(added))
	for i, j := range added {
		ids[i] = j.ID
	}
	// Without --wait the command ends when the service has the jobs. A lost
	// answer is searched for once: most are found at once.
	done := func(j *job.Job, looked bool) bool {
		return j.RemoteID != "" || !j.State.Open() && (!c.looking(j) || j.Fails > 0 || looked)
	}
	if wait {
		done = c.ended
	}
	return c.follow(ctx, e, ids, done, asJSON)
}
