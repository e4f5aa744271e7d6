package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/secret"
	"seedreel/state/engine"
	"seedreel/state/reel"
	"seedreel/ui/term"
)

func (c *commands) reelEdit() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "edit [reel]", Short: "Edit a reel as text in $EDITOR", Args: cobra.MaximumNArgs(1),
		Long: "edit opens the text of a reel in $EDITOR, then shows what would change and asks before it does. A text with an\n" +
			"error is kept, and changes nothing. The change can be undone.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withReel(cmd, first(args), func(e *engine.Engine, r *reel.Reel) error { return c.runReelEdit(cmd.Context(), e, r, yes) })
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "change the reel without asking")
	return cmd
}

func (c *commands) runReelEdit(ctx context.Context, e *engine.Engine, r *reel.Reel, yes bool) error {
	r, err := e.Store.ReelPicks(ctx, r.ID)
	if err != nil {
		return took(err)
	}
	b, err := reel.Format(r)
	if err != nil {
		return err
	}
	editor, err := term.EditorArgs(c.o.Getenv)
	if err != nil {
		return exit(ExitTrouble, "%v", err)
	}
	dir, err := os.MkdirTemp("", "reel-*")
	if err != nil {
		return fmt.Errorf("making a file for the editor: %w", err)
	}
	name := filepath.Join(dir, r.ID+".reel.toml")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		return fmt.Errorf("writing for the editor: %w", err)
	}
	run := secret.Foreground(ctx, editor[0], append(editor[1:], name)...)
	run.Stdin, run.Stdout, run.Stderr = c.o.In, term.Bare(c.o.Out), term.Bare(c.o.Err)
	if err := run.Run(); err != nil {
		return exit(ExitTrouble, "The editor ended with an error (%v); nothing was changed. Its text is %s.", err, name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading what the editor wrote: %w", err)
	}
	kept := func(err error) error {
		return exit(ExitInvalid, "%v\nNothing was changed. The text is kept: %s", err, name)
	}
	t, err := reel.Parse(text, "", e.Catalogue.Now().Find)
	if err != nil {
		return kept(err)
	}
	if r, err = e.Store.ReelPicks(ctx, r.ID, t.Picks...); err != nil { // with what is picked now
		return kept(err)
	}
	edit, after := t.Replace(newReelID), r.Clone()
	if _, err := edit(after); err != nil {
		return kept(err)
	}
	lines := reel.Differences(r, after)
	if len(lines) == 0 {
		return errors.Join(c.print("Nothing to change"), os.RemoveAll(dir))
	}
	for _, l := range lines {
		if err := c.print("%s", l); err != nil {
			return err
		}
	}
	if !yes {
		if err := c.agree(ctx, "Change the reel?"); err != nil {
			return kept(err)
		}
	}
	_, change, err := e.Store.ReplaceReel(ctx, r.ID, t.Picks, edit)
	if err != nil {
		return kept(err)
	}
	c.rewrite(ctx, e, change.Takes)
	return errors.Join(c.print("Changed; seedreel reel undo takes it back"), os.RemoveAll(dir))
}

// agree asks a question that is not about money. It returns an error unless
// the answer is yes.
func (c *commands) agree(ctx context.Context, question string) error {
	if !c.attended() {
		return errors.New("there is nobody to ask; --yes agrees")
	}
	_, _ = fmt.Fprintf(c.o.Err, "%s [y/N] ", question) // a question that cannot be seen is answered with no
	answer, err := readLine(ctx, c.o.In, 64)
	if err != nil {
		return err
	}
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
		return errors.New("not agreed to")
	}
	return nil
}
