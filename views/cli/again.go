package cli

import (
	"context"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// againFlags are the flags of again.
type againFlags struct {
	submitFlags
	way  string
	same bool
	at   string
}

func (c *commands) again() *cobra.Command {
	f := &againFlags{}
	cmd := &cobra.Command{
		Use:   "again job",
		Short: "Make a take once more, with another seed or other settings, or go on from it",
		Long: "again makes a new take of the same shot: what no flag changes stays as it was. Without --same-seed or --seed\n" +
			"the seed is a new one. --as changes one thing as a key of the studio does: " + ways() + ".\n" +
			"go-on makes the next shot, which begins with the last frame of the take or with the one at --at. A model that\n" +
			"has no place for a frame is changed for its sibling that has, and that is told. The order desk asks the same as\n" +
			"for submit.",
		Example: `seedreel again k3x7a2mq5rtb --count 3
seedreel again k3x7a2mq5rtb --same-seed --prompt "A lake at dusk" --wait
seedreel again k3x7a2mq5rtb --as go-on --prompt "The boat leaves" --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error {
			return c.runAgain(ctx, e, args[0], f)
		}),
	}
	f.orderFlags = c.addOrderFlags(cmd)
	c.sendFlags(cmd, &f.submitFlags)
	cmd.Flags().StringVar(&f.way, "as", "", "what to change: "+ways())
	cmd.Flags().StringVar(&f.at, "at", "", "for go-on, last-frame and reference: the picture seen at this time, such as 2.5s")
	cmd.Flags().BoolVar(&f.same, "same-seed", false, "keep the seed")
	cmd.ValidArgsFunction = c.completeJobs
	return cmd
}

// ways lists the values of --as.
func ways() string {
	all := reel.Ways()
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

func (c *commands) runAgain(ctx context.Context, e *engine.Engine, id string, f *againFlags) error {
	parent, err := find(ctx, e, id)
	if err != nil {
		return err
	}
	n, err := c.nextTake(ctx, e, parent, f)
	if err != nil {
		return err
	}
	m, v, err := c.againValues(ctx, e, f, parent, n)
	if err != nil {
		return err
	}
	if n.Taken.Continues != "" {
		if n.Taken.Shot, err = newReelID(); err != nil {
			return err
		}
	}
	if f.key != "" {
		n.Taken.Key = f.key
	}
	if n.Was != nil {
		c.tell("%s", words.Moved(n.Was, m))
	}
	return c.send(ctx, e, &f.submitFlags, order.Clip(m, v, f.count, nil, e.Services.Practice()).Labeled(parent.Labels).As(n.Taken))
}

// nextTake returns the take that --as asks for, with its frame.
func (c *commands) nextTake(ctx context.Context, e *engine.Engine, parent *job.Job, f *againFlags) (*reel.Next, error) {
	way := reel.Way(f.way)
	if way == "" {
		way = reel.WaySame
	}
	usable := func(provider string) bool { return e.Services.Practice() || e.Services.Ready(provider) == nil }
	k := &reel.Maker{Catalogue: e.Catalogue.Now(), Usable: usable}
	var shot *reel.Shot
	if way == reel.WayFinal {
		var err error
		if shot, err = e.Store.ShotOf(ctx, parent.ID); err != nil {
			return nil, took(err)
		}
	}
	frame := ""
	if need := way.Needs(parent); need != reel.NoFrame {
		// What is refused anyway needs no picture.
		if _, err := k.Next(parent, shot, way, ""); err != nil {
			return nil, exit(ExitInvalid, "%s", words.Sentence(err))
		}
		var err error
		if frame, err = c.frameOf(ctx, e, parent, need, f.at); err != nil {
			return nil, err
		}
	}
	n, err := k.Next(parent, shot, way, frame)
	if err != nil {
		return nil, exit(ExitInvalid, "%s", words.Sentence(err))
	}
	return n, nil
}

// frameOf takes the frame that a way needs out of the clip.
func (c *commands) frameOf(ctx context.Context, e *engine.Engine, parent *job.Job, need reel.Frame, at string) (string, error) {
	j, err := c.clipOf(ctx, e, parent.ID)
	if err != nil {
		return "", err
	}
	f := frameFlags{at: at, first: need == reel.FirstFrame && at == ""}
	m, err := f.moment()
	if err != nil {
		return "", err
	}
	tool, err := frames.Find(exec.LookPath)
	if err != nil {
		return "", exit(ExitTrouble, "Taking a picture out of a clip needs ffmpeg, which is not installed; seedreel doctor tells more.")
	}
	path, err := tool.Keep(ctx, e.Paths.Frames(), j.ID, frames.Clip{Path: j.Output.Path, SHA256: j.Output.SHA256}, m)
	if err != nil {
		return "", clipError(ctx, j.ID, err)
	}
	c.tell("frame: %s", safe.Line(path))
	return path, nil
}

// againValues returns the values of a take with those of the flags in their
// place.
func (c *commands) againValues(ctx context.Context, e *engine.Engine, f *againFlags, parent *job.Job, n *reel.Next) (*catalogue.Model, catalogue.Values, error) {
	f.of = n.Model
	m, given, err := c.given(ctx, e, f.orderFlags)
	if err != nil {
		return nil, nil, err
	}
	v := n.Values.Clone()
	if f.same && parent.HasSeed {
		v[catalogue.RoleSeed] = catalogue.Int(parent.Seed)
	}
	for r := range v {
		if m.Field(r) == nil {
			delete(v, r) // another model may have no such field
		}
	}
	for r, x := range given {
		v[r] = x
	}
	return m, v, nil
}
