package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/secret"
	"seedreel/state/disk"
	"seedreel/state/settings"
	"seedreel/ui/term"
	"seedreel/views/words"
)

func (c *commands) settingsUnset() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "unset name...",
		Short:             "Take settings out of the file, so that their defaults hold",
		Example:           "seedreel settings unset daily_limit_usd",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: completeNames,
		RunE: func(_ *cobra.Command, args []string) error {
			keys := make([]settings.Key, len(args))
			for i, name := range args {
				k, err := known(name)
				if err != nil {
					return err
				}
				keys[i] = k
			}
			p, _, err := c.loadSettings()
			if err != nil {
				return err
			}
			if err := settings.Unset(p.SettingsFile(), args...); err != nil {
				return exit(ExitTrouble, "%s", words.Error(err))
			}
			return c.changed(asJSON, keys...)
		},
	}
	jsonFlag(cmd, &asJSON, "the settings as they are now, one a line,")
	return cmd
}

// completeNames returns the names of settings, for as many as are given.
func completeNames(cmd *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
	return completeSettings(cmd, nil, text)
}

func (c *commands) settingsEdit() *cobra.Command {
	return &cobra.Command{
		Use:   "edit",
		Short: "Edit the settings file in $EDITOR",
		Long: "edit opens the settings file in $VISUAL or $EDITOR; one that is not there yet begins with every setting and its\n" +
			"default, commented out. What was written takes the file's place only if it is valid.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.editSettings(cmd.Context()) },
	}
}

func (c *commands) editSettings(ctx context.Context) error {
	p, err := c.folders()
	if err != nil {
		return err
	}
	defaults := settings.Defaults()
	return c.editFile(ctx, p.SettingsFile(), "settings-*.toml", settings.Describe(&defaults), func(name string, text []byte) error {
		_, err := settings.Parse(name, text)
		if err != nil {
			return exitAbout(ExitInvalid, fieldOf(err), fmt.Sprintf(unchanged, words.Error(err), name))
		}
		return nil
	})
}

// unchanged is said of a text that is not taken, with why and where it is.
const unchanged = "%s\nNothing was changed. The text is kept: %s"

// editFile has a file edited, which begins with a text if it is not there. What
// was written takes its place only if check, which is given the file that was
// edited, returns no error.
func (c *commands) editFile(ctx context.Context, file, pattern, begin string, check func(name string, text []byte) error) error {
	before, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		before, err = []byte(begin), nil
	}
	if err != nil {
		return fmt.Errorf("reading what is to be edited: %w", err)
	}
	after, name, err := c.edited(ctx, pattern, before)
	if err != nil {
		return err
	}
	if string(after) == string(before) {
		c.tell("Nothing was changed")
		return os.Remove(name)
	}
	if err := check(name, after); err != nil {
		return err
	}
	if err := disk.WriteFile(file, after); err != nil {
		return exit(ExitTrouble, "%s", words.Error(err))
	}
	c.tell("%s is changed", file)
	return os.Remove(name)
}

// fieldOf returns which setting an error is about.
func fieldOf(err error) about {
	e, ok := errors.AsType[*settings.Error](err)
	if !ok {
		return about{}
	}
	return about{field: e.Key, want: wantOf(e.Problem)}
}

// edited has a text edited in a file of its own, which stays.
func (c *commands) edited(ctx context.Context, pattern string, text []byte) (after []byte, name string, err error) {
	if !c.attended() && c.o.Getenv("VISUAL") == "" && c.o.Getenv("EDITOR") == "" {
		return nil, "", usage("an editor needs a terminal, or a program that is named in EDITOR")
	}
	editor, err := term.EditorArgs(c.o.Getenv)
	if err != nil {
		return nil, "", exit(ExitTrouble, "%v", err)
	}
	f, err := os.CreateTemp("", pattern)
	if err != nil {
		return nil, "", fmt.Errorf("making a file for the editor: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, "", fmt.Errorf("writing for the editor: %w", err)
	}
	run := secret.Foreground(ctx, editor[0], append(editor[1:], f.Name())...)
	run.Stdin, run.Stdout, run.Stderr = c.o.In, term.Bare(c.o.Out), term.Bare(c.o.Err)
	if err := run.Run(); err != nil {
		return nil, "", exit(ExitTrouble, "%s ended with an error (%v); nothing was changed. Its text is %s.", strings.Join(editor, " "), err, f.Name())
	}
	after, err = os.ReadFile(f.Name())
	if err != nil {
		return nil, "", fmt.Errorf("reading what the editor wrote: %w", err)
	}
	return after, f.Name(), nil
}
