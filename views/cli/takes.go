package cli

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/state/store"
)

// takeCommand returns a command that changes takes. split returns the jobs and
// the edit of each from the arguments.
func (c *commands) takeCommand(cmd *cobra.Command, split func(args []string) (ids []string, edit func(id string) reel.Edit, err error)) *cobra.Command {
	var asJSON bool
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, edit, err := split(args)
		if err != nil {
			return err
		}
		return c.with(cmd, func(e *engine.Engine) error {
			return c.several(cmd.Context(), e, ids, func(j *job.Job) error {
				return c.change(cmd.Context(), e, j.ID, edit(j.ID), asJSON)
			})
		})
	}
	cmd.ValidArgsFunction = c.completeJobs
	jsonFlag(cmd, &asJSON, "the jobs, one a line,")
	return cmd
}

// change carries out an edit of a take and writes what became of it.
func (c *commands) change(ctx context.Context, e *engine.Engine, id string, edit reel.Edit, asJSON bool) error {
	before, err := e.Store.ShotOf(ctx, id)
	if err != nil && !errors.Is(err, reel.ErrNoShot) { // one that was removed comes back
		return took(err)
	}
	j, change, err := e.Store.ChangeTake(ctx, id, edit)
	if err != nil {
		return took(err)
	}
	changed := []*job.Job{j}
	if after, err := e.Store.ShotOf(ctx, id); err == nil && before != nil {
		changed = reel.Marked(&reel.Reel{Shots: []*reel.Shot{before}}, &reel.Reel{Shots: []*reel.Shot{after}})
	}
	c.rewrite(e, changed)
	switch {
	case asJSON:
		return c.object(j.Record())
	case change.Line == "":
		return c.print("%s  nothing to change", id)
	}
	return c.print("%s  %s", id, change.Line)
}

// rewrite writes the files beside the clips of jobs whose marks have changed.
func (c *commands) rewrite(e *engine.Engine, jobs []*job.Job) {
	for _, j := range jobs {
		if err := e.Queue.Rewrite(j); err != nil {
			c.tell("%s: the file beside the clip still has the old marks: %v", j.ID, err)
		}
	}
}

// took gives a refused edit its exit code.
func took(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrNoReel), errors.Is(err, reel.ErrNoShot), errors.Is(err, reel.ErrNoTake):
		return exit(ExitNotFound, "%v", err)
	case errors.As(err, new(*store.ErrNewer)):
		return err
	}
	return exit(ExitInvalid, "%v", err)
}

func (c *commands) rate() *cobra.Command {
	return c.takeCommand(&cobra.Command{
		Use: "rate job... rating", Short: "Rate takes from 1 to 5, 0 for none", Args: cobra.MinimumNArgs(2),
		Example: "seedreel rate k3x7a2mq5rtb 4",
	}, func(args []string) ([]string, func(string) reel.Edit, error) {
		last := args[len(args)-1]
		n, err := strconv.Atoi(last)
		if err != nil || n < 0 || n > job.MaxRating {
			return nil, nil, usage("the rating is %q; it must be a number from 0 to %d, after the jobs", last, job.MaxRating)
		}
		return args[:len(args)-1], func(id string) reel.Edit { return reel.Rate(id, n) }, nil
	})
}

func (c *commands) pick() *cobra.Command {
	var off, others bool
	cmd := c.takeCommand(&cobra.Command{
		Use: "pick job...", Short: "Pick the take that its shot is represented by", Args: someJobs,
		Example: "seedreel pick k3x7a2mq5rtb --reject-others",
	}, func(ids []string) ([]string, func(string) reel.Edit, error) {
		return ids, func(id string) reel.Edit {
			switch {
			case off:
				return reel.Unpick(id)
			case others:
				return reel.Keep(id)
			}
			return reel.Pick(id)
		}, nil
	})
	cmd.Flags().BoolVar(&off, "off", false, "leave the shot without a pick")
	cmd.Flags().BoolVar(&others, "reject-others", false, "reject all other takes of the shot")
	cmd.MarkFlagsMutuallyExclusive("off", "reject-others")
	return cmd
}

func (c *commands) reject() *cobra.Command {
	var off bool
	cmd := c.takeCommand(&cobra.Command{
		Use: "reject job...", Short: "Reject takes", Args: someJobs, Example: "seedreel reject k3x7a2mq5rtb",
	}, func(ids []string) ([]string, func(string) reel.Edit, error) {
		return ids, func(id string) reel.Edit { return reel.Reject(id, !off) }, nil
	})
	cmd.Flags().BoolVar(&off, "off", false, "take a rejection back")
	return cmd
}

func (c *commands) label() *cobra.Command {
	var remove []string
	cmd := c.takeCommand(&cobra.Command{
		Use: "label job [word...]", Short: "Label a take with words of your own", Args: someJobs,
		Example: "seedreel label k3x7a2mq5rtb dawn keeper --remove draft",
	}, func(args []string) ([]string, func(string) reel.Edit, error) {
		add, err := job.ParseLabels(args[1:])
		if err != nil {
			return nil, nil, exit(ExitInvalid, "%v", err)
		}
		gone, err := job.ParseLabels(remove)
		if err != nil {
			return nil, nil, exit(ExitInvalid, "%v", err)
		}
		if len(add)+len(gone) == 0 {
			return nil, nil, usage("label needs a word to add, or --remove")
		}
		return args[:1], func(id string) reel.Edit { return reel.Label(id, add, gone) }, nil
	})
	cmd.Flags().StringArrayVar(&remove, "remove", nil, "label to take away; repeatable")
	return cmd
}

func (c *commands) note() *cobra.Command {
	return c.takeCommand(&cobra.Command{
		Use: "note job [text...]", Short: "Write a note to a take; no text removes it", Args: someJobs,
		Example: `seedreel note k3x7a2mq5rtb "the eyes wander at 2 s"`,
	}, func(args []string) ([]string, func(string) reel.Edit, error) {
		text := strings.Join(args[1:], " ")
		return args[:1], func(id string) reel.Edit { return reel.Note(id, text) }, nil
	})
}
