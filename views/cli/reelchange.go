package cli

import (
	"crypto/rand"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/reel"
	"seedreel/state/store"
)

// reelChange returns a command that changes a reel and prints what it did. edit
// gets the reel without takes, and returns the shots whose takes it needs.
func (c *commands) reelChange(cmd *cobra.Command, edit func(r *reel.Reel, args []string) (do reel.Edit, takesOf []string, err error)) *cobra.Command {
	var name string
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return c.withReel(cmd, name, func(e *engine.Engine, r *reel.Reel) error {
			r, err := e.Store.ReelOutline(cmd.Context(), r.ID)
			if err != nil {
				return took(err)
			}
			do, takesOf, err := edit(r, args)
			if err != nil {
				return err
			}
			_, change, err := e.Store.ChangeShots(cmd.Context(), r.ID, takesOf, do)
			if err != nil {
				return took(err)
			}
			c.rewrite(cmd.Context(), e, change.Takes)
			if change.Line == "" {
				change.Line = "Nothing to change"
			}
			return c.print("%s", change.Line)
		})
	}
	cmd.Flags().StringVar(&name, "reel", "", "name or id of the reel; the open one if not given")
	return cmd
}

// shotChange is like reelChange, for the shot that the first argument names.
func (c *commands) shotChange(cmd *cobra.Command, edit func(r *reel.Reel, s *reel.Shot, args []string) (do reel.Edit, takesOf []string, err error)) *cobra.Command {
	return c.reelChange(cmd, func(r *reel.Reel, args []string) (reel.Edit, []string, error) {
		s, err := findShot(r, args[0])
		if err != nil {
			return nil, nil, err
		}
		return edit(r, s, args)
	})
}

func (c *commands) reelRename() *cobra.Command {
	return c.reelChange(&cobra.Command{Use: "rename name", Short: "Change the name of a reel", Args: cobra.ExactArgs(1)},
		func(_ *reel.Reel, args []string) (reel.Edit, []string, error) { return reel.Rename(args[0]), nil, nil })
}

func (c *commands) reelMove() *cobra.Command {
	return c.shotChange(&cobra.Command{Use: "move shot place", Short: "Move a shot to another place", Args: cobra.ExactArgs(2), Example: "seedreel reel move 3 1"},
		func(_ *reel.Reel, s *reel.Shot, args []string) (reel.Edit, []string, error) {
			to, err := strconv.Atoi(args[1])
			if err != nil {
				return nil, nil, usage("the place is %q; it must be a number", args[1])
			}
			return reel.Move(s.ID, to), nil, nil
		})
}

func (c *commands) reelRemove() *cobra.Command {
	return c.shotChange(&cobra.Command{Use: "remove shot", Short: "Take a shot out of a reel; its takes stay in the history", Args: cobra.ExactArgs(1)},
		func(_ *reel.Reel, s *reel.Shot, _ []string) (reel.Edit, []string, error) {
			return reel.Remove(s.ID), []string{s.ID}, nil
		})
}

func (c *commands) reelName() *cobra.Command {
	return c.shotChange(&cobra.Command{Use: "name shot name", Short: "Name a shot", Args: cobra.ExactArgs(2)},
		func(_ *reel.Reel, s *reel.Shot, args []string) (reel.Edit, []string, error) {
			return reel.RenameShot(s.ID, args[1]), nil, nil
		})
}

func (c *commands) reelSplit() *cobra.Command {
	return c.shotChange(&cobra.Command{Use: "split shot job...", Short: "Move takes of a shot to a new shot after it", Args: cobra.MinimumNArgs(2)},
		func(_ *reel.Reel, s *reel.Shot, args []string) (reel.Edit, []string, error) {
			id, err := reel.NewID(rand.Reader)
			return reel.Split(s.ID, id, args[1:]), []string{s.ID}, err
		})
}

func (c *commands) reelMerge() *cobra.Command {
	return c.shotChange(&cobra.Command{Use: "merge shot into", Short: "Move all takes of a shot to another", Args: cobra.ExactArgs(2)},
		func(r *reel.Reel, s *reel.Shot, args []string) (reel.Edit, []string, error) {
			to, err := findShot(r, args[1])
			if err != nil {
				return nil, nil, err
			}
			return reel.Merge(s.ID, to.ID), []string{s.ID, to.ID}, nil
		})
}

func (c *commands) reelUndo(redo bool) *cobra.Command {
	cmd := &cobra.Command{Use: "undo [reel]", Short: "Take back the latest change of a reel", Args: cobra.MaximumNArgs(1)}
	if redo {
		cmd = &cobra.Command{Use: "redo [reel]", Short: "Make the change again that was taken back last", Args: cobra.MaximumNArgs(1)}
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return c.withReel(cmd, first(args), func(e *engine.Engine, r *reel.Reel) error {
			turn, done := e.Store.Undo, "Undone: "
			if redo {
				turn, done = e.Store.Redo, "Done again: "
			}
			change, err := turn(cmd.Context(), r.ID)
			if errors.Is(err, store.ErrNothingToUndo) && redo {
				return exit(ExitInvalid, "There is nothing to do again.")
			}
			if err != nil {
				return took(err)
			}
			c.rewrite(cmd.Context(), e, change.Takes)
			return c.print("%s%s", done, change.Line)
		})
	}
	return cmd
}
