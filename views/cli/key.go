package cli

import (
	"context"
	"slices"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seedreel/client/all"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/views/words"
)

// keyLine is the source of a service's key as JSON: "environment", "file", or
// "" for none. The key itself is never written.
type keyLine struct {
	Service  string `json:"service"`
	Set      bool   `json:"set"`
	Source   string `json:"source"`
	Variable string `json:"variable"`
	Error    string `json:"error,omitempty"`
}

// keyLimit bounds the input read as a key, in bytes.
const keyLimit = 4 << 10

// keyVars returns the environment variables of all keys.
func keyVars() []string {
	var names []string
	for _, d := range all.Services() {
		names = append(names, d.KeyVar)
	}
	return names
}

func (c *commands) key() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "key",
		Short:   "Set, test and remove the keys of the services",
		Example: "seedreel key\nseedreel key set wavespeed\nseedreel key test",
		Long: "Keys are read from the terminal without being shown, or from standard input where that is none, and kept in a\n" +
			"file that only you can read. They are never taken from the command line, where everybody on the machine can\n" +
			"see them. " + english.WordSeries(keyVars(), "and") + " in the environment go before the file.",
		Args: onlyGroup,
		RunE: func(*cobra.Command, []string) error {
			cred, err := c.credentials()
			if err != nil {
				return err
			}
			for _, id := range all.IDs() {
				if err := c.printKey(cred, id, asJSON); err != nil {
					return err
				}
			}
			return nil
		},
	}
	jsonFlag(cmd, &asJSON, "where the keys come from, one a line,")
	cmd.AddCommand(c.keySet(), c.keyTest(), c.keyRemove())
	return cmd
}

// folders returns the program's folders, made if they are not there.
func (c *commands) folders() (settings.Paths, error) {
	p, err := settings.FindPaths(c.o.Getenv)
	if err == nil {
		err = p.Ensure()
	}
	if err != nil {
		return p, exit(ExitTrouble, "%s", words.Error(err))
	}
	return p, nil
}

// credentials opens the file of keys.
func (c *commands) credentials() (*settings.Credentials, error) {
	p, err := c.folders()
	if err != nil {
		return nil, err
	}
	return settings.NewCredentials(p.CredentialsFile(), c.o.Getenv), nil
}

func keyOf(cred *settings.Credentials, id string) keyLine {
	key, source, err := cred.Key(id)
	l := keyLine{Service: id, Set: key.IsSet(), Source: string(source), Variable: settings.KeyVar(id)}
	if err != nil {
		l.Error = string(words.Error(err))
	}
	return l
}

func (c *commands) printKey(cred *settings.Credentials, id string, asJSON bool) error {
	l := keyOf(cred, id)
	if asJSON {
		return c.object(l)
	}
	s := safe.String("no key")
	switch {
	case l.Error != "":
		s = safe.Line(l.Error)
	case l.Source == string(settings.FromEnvironment):
		s = "key from " + safe.Line(l.Variable)
	case l.Set:
		s = "key kept in the file"
	}
	return c.print("%s  %s", safe.PadRight(safe.Line(id), 10), s)
}

// oneService requires the name of one service. Other arguments are not
// repeated: one may be a key.
func oneService(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && slices.Contains(all.IDs(), args[0]) {
		return nil
	}
	return usage("%s needs one service, %s; a key is never an argument", cmd.CommandPath(), english.WordSeries(all.IDs(), "or"))
}

func completeServices(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return all.IDs(), cobra.ShellCompDirectiveNoFileComp
}

func (c *commands) keySet() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "set service",
		Short:             "Keep the key of a service",
		Example:           "seedreel key set wavespeed\npass show wavespeed | seedreel key set wavespeed",
		Args:              oneService,
		ValidArgsFunction: completeServices,
		RunE: func(cmd *cobra.Command, args []string) error {
			cred, err := c.credentials()
			if err != nil {
				return err
			}
			if note := words.KeyNote(args[0]); note != "" {
				c.tell("%s", note)
			}
			key, err := c.readKey(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := cred.SaveKey(args[0], key); err != nil {
				return exit(ExitInvalid, "%s", words.Error(err))
			}
			l := keyOf(cred, args[0])
			if l.Source == string(settings.FromEnvironment) {
				c.tell("Kept, but %s in the environment goes before it.", l.Variable)
			} else {
				c.tell("Kept. seedreel key test %s tries it.", args[0])
			}
			if asJSON {
				return c.object(l)
			}
			return nil
		},
	}
	jsonFlag(cmd, &asJSON, "where the key comes from now")
	return cmd
}

// readKey reads a key without showing it.
func (c *commands) readKey(ctx context.Context, id string) (string, error) {
	fd, ok := terminal(c.o.In)
	if !ok {
		return readLine(ctx, c.o.In, keyLimit)
	}
	c.tell("Key of %s (it is not shown):", words.Service(id))
	return term.Secret(ctx, fd)
}

func (c *commands) keyRemove() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "remove service",
		Short:             "Forget the key of a service",
		Args:              oneService,
		ValidArgsFunction: completeServices,
		RunE: func(_ *cobra.Command, args []string) error {
			cred, err := c.credentials()
			if err != nil {
				return err
			}
			before := keyOf(cred, args[0])
			if err := cred.RemoveKey(args[0]); err != nil {
				return exit(ExitTrouble, "%s", words.Error(err))
			}
			l := keyOf(cred, args[0])
			switch {
			case l.Source == string(settings.FromEnvironment):
				c.tell("None is kept; %s in the environment stays in force.", l.Variable)
			case before.Set:
				c.tell("Removed.")
			default:
				c.tell("There was none.")
			}
			if asJSON {
				return c.object(l)
			}
			return nil
		},
	}
	jsonFlag(cmd, &asJSON, "where a key comes from now")
	return cmd
}
